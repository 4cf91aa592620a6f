// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'

export interface PermissionPolicyConfig extends TerraformMetaArguments {
  /**
   * The id of the permission policy.
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
  /** Statements, each `{ resources = [...], actions = [...], effect = "allow" }` (or `"deny"`), and `conditions` where labels decide. `<.*>` stands for anything. At most 64. */
  readonly statement: Any
}

/** Statements that allow or deny actions on resources, in the form of API7 Enterprise. */
export class PermissionPolicy extends GatewayResource {
  static readonly tfResourceType = 'antipode_permission_policy'

  constructor(scope: Construct, id: string, config: PermissionPolicyConfig) {
    super(scope, id, 'antipode_permission_policy', config)
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
