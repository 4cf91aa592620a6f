// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'

export interface GlobalRuleConfig extends TerraformMetaArguments {
  /**
   * The id of the global rule.
   *
   * @default the name of its plugin, as ADC has it, where there is one
   */
  readonly id?: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** Configurations of plugins by their names. */
  readonly plugins: Any
}

/** Plugins that run on every call of the gateway group. One plugin may stand in one rule only. */
export class GlobalRule extends GatewayResource {
  static readonly tfResourceType = 'antipode_global_rule'

  constructor(scope: Construct, id: string, config: GlobalRuleConfig) {
    super(scope, id, 'antipode_global_rule', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }
}
