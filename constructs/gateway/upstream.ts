// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'
import type {
  TimeoutFields,
  UpstreamChecksFields,
  UpstreamDiscoveryArgsFields,
  UpstreamKeepalivePoolFields,
  UpstreamNodesFields,
  UpstreamTlsFields,
} from './nested-fields.ts'

export interface UpstreamConfig extends TerraformMetaArguments {
  /**
   * The id of the upstream.
   *
   * @default made from its name, as ADC makes it
   */
  readonly id?: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** Where requests are sent. Either these, or `service_name` and `discovery_type`. */
  readonly nodes?: readonly UpstreamNodesFields[]
  /** Further nodes that are tried after one has failed; 0 for none, all others where nothing is said. From 0 to 65535. */
  readonly retries?: number
  /** Seconds after which no further node is tried; 0 for no limit. At least 0. */
  readonly retryTimeout?: number
  /** How long a node may take, in seconds; 60 each where nothing is said. */
  readonly timeout?: TimeoutFields
  /** What is shown to nodes that speak TLS, and asked of them. */
  readonly tls?: UpstreamTlsFields
  /** Connections to nodes that are kept open. */
  readonly keepalivePool?: UpstreamKeepalivePoolFields
  /**
   * Algorithm of load balancing. One of `roundrobin`, `chash`, `ewma`, `least_conn`.
   *
   * @default `"roundrobin"`
   */
  readonly type?: string
  /** How nodes are found healthy or not. */
  readonly checks?: UpstreamChecksFields
  /**
   * What key names, for chash. One of `vars`, `header`, `cookie`, `consumer`, `vars_combinations`.
   *
   * @default `"vars"`
   */
  readonly hashOn?: string
  /** Name of what chash hashes: a variable, header or cookie. */
  readonly key?: string
  /**
   * Protocol that the nodes speak. One of `grpc`, `grpcs`, `http`, `https`, `tcp`, `tls`, `udp`, `kafka`.
   *
   * @default `"http"`
   */
  readonly scheme?: string
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** How nodes are looked up by service_name, such as dns. */
  readonly discoveryType?: string
  /** What the discovery needs besides. */
  readonly discoveryArgs?: UpstreamDiscoveryArgsFields
  /**
   * Which Host the nodes see. One of `pass`, `node`, `rewrite`.
   *
   * @default `"pass"`
   */
  readonly passHost?: string
  /** Host that the nodes see where pass_host is rewrite. */
  readonly upstreamHost?: string
  /** Name for people; need not be unique. At most 256 characters. */
  readonly name?: string
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** Name by which nodes are looked up; with discovery_type. At most 256 characters. */
  readonly serviceName?: string
}

/** Where requests are sent: nodes, how load is balanced among them, how their health is found out. */
export class Upstream extends GatewayResource {
  static readonly tfResourceType = 'antipode_upstream'

  constructor(scope: Construct, id: string, config: UpstreamConfig) {
    super(scope, id, 'antipode_upstream', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get type(): string {
    return this.getStringAttribute('type')
  }

  get hashOn(): string {
    return this.getStringAttribute('hash_on')
  }

  get key(): string {
    return this.getStringAttribute('key')
  }

  get scheme(): string {
    return this.getStringAttribute('scheme')
  }

  get discoveryType(): string {
    return this.getStringAttribute('discovery_type')
  }

  get passHost(): string {
    return this.getStringAttribute('pass_host')
  }

  get upstreamHost(): string {
    return this.getStringAttribute('upstream_host')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }

  get serviceName(): string {
    return this.getStringAttribute('service_name')
  }
}
