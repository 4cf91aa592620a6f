// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'
import type { ProtocolFields, UpstreamFields } from './nested-fields.ts'

export interface StreamRouteConfig extends TerraformMetaArguments {
  /**
   * The id of the stream route.
   *
   * @default made from the names of its service and its own, as ADC makes it
   */
  readonly id?: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** Name for people; need not be unique. At most 256 characters. */
  readonly name?: string
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** Client IP. */
  readonly remoteAddr?: string
  /** Address of the gateway that was connected to. */
  readonly serverAddr?: string
  /** Port of the gateway that was connected to. From 0 to 65535. */
  readonly serverPort?: number
  /** Server name that a client of TLS asks for. */
  readonly sni?: string
  /** Where requests are sent: an upstream of its own. */
  readonly upstream?: UpstreamFields
  /** Id of the upstream; this, upstream or service_id. */
  readonly upstreamId?: string
  /** Id of the service that the stream route belongs to. */
  readonly serviceId?: string
  /** Configurations of plugins by their names. */
  readonly plugins?: Any
  /** A protocol above TCP whose requests are routed one by one. */
  readonly protocol?: ProtocolFields
}

/** Where connections of TCP, TLS or UDP go, by where they come from and to. */
export class StreamRoute extends GatewayResource {
  static readonly tfResourceType = 'antipode_stream_route'

  constructor(scope: Construct, id: string, config: StreamRouteConfig) {
    super(scope, id, 'antipode_stream_route', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }

  get remoteAddr(): string {
    return this.getStringAttribute('remote_addr')
  }

  get serverAddr(): string {
    return this.getStringAttribute('server_addr')
  }

  get sni(): string {
    return this.getStringAttribute('sni')
  }

  get upstreamId(): string {
    return this.getStringAttribute('upstream_id')
  }

  get serviceId(): string {
    return this.getStringAttribute('service_id')
  }
}
