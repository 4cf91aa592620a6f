// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'

export interface RoleConfig extends TerraformMetaArguments {
  /**
   * The id of the role.
   *
   * @default made from its name
   */
  readonly id?: string
  /** Its name. At most 256 characters. */
  readonly name: string
  /** What it is for. */
  readonly desc?: string
  /** Labels by their names. */
  readonly labels?: Readonly<Record<string, string>>
  /** Ids of the permission policies. At most 64. */
  readonly permissionPolicies?: readonly string[]
}

/** What users are given to be allowed something: permission policies under a name. */
export class Role extends GatewayResource {
  static readonly tfResourceType = 'antipode_role'

  constructor(scope: Construct, id: string, config: RoleConfig) {
    super(scope, id, 'antipode_role', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }
}
