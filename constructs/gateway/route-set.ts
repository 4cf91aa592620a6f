// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'

export interface RouteSetConfig extends TerraformMetaArguments {
  /** The name of the set. Another one means other routes, since their ids are made of it. */
  readonly name: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** The service of every route of the set that names none itself. */
  readonly serviceId?: string
  /** Routes by a key that stays the same, each as the Admin API has it: `uris`, `methods`, `plugins` and so on. `name` is the key where none is given, `id` is made of the names of the set and the key. */
  readonly routes: Any
}

/** Many routes as one resource: for hundreds of routes that one team keeps together. A plan of one `antipode_route_set` costs a fraction of what as many `antipode_route` cost; separate resources are easier to review and to refer to. */
export class RouteSet extends GatewayResource {
  static readonly tfResourceType = 'antipode_route_set'

  constructor(scope: Construct, id: string, config: RouteSetConfig) {
    super(scope, id, 'antipode_route_set', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get serviceId(): string {
    return this.getStringAttribute('service_id')
  }
}
