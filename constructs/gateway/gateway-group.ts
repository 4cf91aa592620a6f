// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'

export interface GatewayGroupConfig extends TerraformMetaArguments {
  /**
   * The id of the gateway group.
   *
   * @default its name in lower case, with `-` for what an id cannot hold
   */
  readonly id?: string
  /** Its name. At most 256 characters. */
  readonly name: string
  /** What it is for. */
  readonly description?: string
  /** Labels by their names. */
  readonly labels?: Readonly<Record<string, string>>
}

/** A group of gateways with a configuration of its own. Another provider with `gateway_group` configures it: `provider "antipode" { alias = "partners", gateway_group = antipode_gateway_group.partners.id }`. A group that still holds something is not deleted. */
export class GatewayGroup extends GatewayResource {
  static readonly tfResourceType = 'antipode_gateway_group'

  constructor(scope: Construct, id: string, config: GatewayGroupConfig) {
    super(scope, id, 'antipode_gateway_group', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get description(): string {
    return this.getStringAttribute('description')
  }
}
