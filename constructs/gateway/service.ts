// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { IResolvable, TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'
import type { UpstreamFields } from './nested-fields.ts'

export interface ServiceConfig extends TerraformMetaArguments {
  /**
   * The id of the service.
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
  /** Configurations of plugins by their names. */
  readonly plugins?: Any
  /** Where requests are sent: an upstream of its own. */
  readonly upstream?: UpstreamFields
  /** Id of the upstream; this or upstream. */
  readonly upstreamId?: string
  /** Name for people; need not be unique. At most 256 characters. */
  readonly name?: string
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** Let connections become WebSockets. */
  readonly enableWebsocket?: boolean | IResolvable
  /** Host names of the routes that name none themselves. */
  readonly hosts?: readonly string[]
}

/** What several routes share: an upstream, plugins, host names. */
export class Service extends GatewayResource {
  static readonly tfResourceType = 'antipode_service'

  constructor(scope: Construct, id: string, config: ServiceConfig) {
    super(scope, id, 'antipode_service', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get upstreamId(): string {
    return this.getStringAttribute('upstream_id')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }
}
