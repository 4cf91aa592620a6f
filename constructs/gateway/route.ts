// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { IResolvable, TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'
import type { TimeoutFields, UpstreamFields } from './nested-fields.ts'

export interface RouteConfig extends TerraformMetaArguments {
  /**
   * The id of the route.
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
  /** Path, exact or, ending in *, a prefix; this or uris. At most 4096 characters. */
  readonly uri?: string
  /** Paths, exact or, ending in *, prefixes; this or uri. */
  readonly uris?: readonly string[]
  /** Name for people; need not be unique. At most 256 characters. */
  readonly name?: string
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /**
   * Of several routes with one path the one of the highest priority is taken.
   *
   * @default `0`
   */
  readonly priority?: number
  /** HTTP methods; any where nothing is said. Each one of `GET`, `POST`, `PUT`, `DELETE`, `PATCH`, `HEAD`, `OPTIONS`, `CONNECT`, `TRACE`, `PURGE`. */
  readonly methods?: readonly string[]
  /** Host name, *.example.com for any below it; this or hosts. */
  readonly host?: string
  /** Host names, *.example.com for any below; those of the service where nothing is said. */
  readonly hosts?: readonly string[]
  /** Client IP. */
  readonly remoteAddr?: string
  /** Addresses or ranges that callers come from; any where nothing is said. */
  readonly remoteAddrs?: readonly string[]
  /** How long a node may take, in seconds; 60 each where nothing is said. */
  readonly timeout?: TimeoutFields
  /** Conditions on variables of the request, such as [["arg_x", "==", "1"]]. */
  readonly vars?: Any
  /** Configurations of plugins by their names. */
  readonly plugins?: Any
  /** Id of a plugin config that is added to the plugins. */
  readonly pluginConfigId?: string
  /** Where requests are sent: an upstream of its own. */
  readonly upstream?: UpstreamFields
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** Id of the service that the route belongs to. */
  readonly serviceId?: string
  /** Id of the upstream; this, upstream or service_id. */
  readonly upstreamId?: string
  /** Let connections become WebSockets. */
  readonly enableWebsocket?: boolean | IResolvable
  /**
   * Route status, 1 to enable, 0 to disable. One of `1`, `0`.
   *
   * @default `1`
   */
  readonly status?: number
}

/** Which requests go where: by path, host, method and more, to a service, an upstream, or a plugin that answers. */
export class Route extends GatewayResource {
  static readonly tfResourceType = 'antipode_route'

  constructor(scope: Construct, id: string, config: RouteConfig) {
    super(scope, id, 'antipode_route', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get uri(): string {
    return this.getStringAttribute('uri')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }

  get host(): string {
    return this.getStringAttribute('host')
  }

  get remoteAddr(): string {
    return this.getStringAttribute('remote_addr')
  }

  get pluginConfigId(): string {
    return this.getStringAttribute('plugin_config_id')
  }

  get serviceId(): string {
    return this.getStringAttribute('service_id')
  }

  get upstreamId(): string {
    return this.getStringAttribute('upstream_id')
  }
}
