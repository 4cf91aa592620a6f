// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'

export interface ConsumerGroupConfig extends TerraformMetaArguments {
  /**
   * The id of the consumer group.
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
  /** Name for people; need not be unique. At most 256 characters. */
  readonly name?: string
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** Configurations of plugins by their names. */
  readonly plugins: Any
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
}

/** Plugins that several consumers share by `group_id`. */
export class ConsumerGroup extends GatewayResource {
  static readonly tfResourceType = 'antipode_consumer_group'

  constructor(scope: Construct, id: string, config: ConsumerGroupConfig) {
    super(scope, id, 'antipode_consumer_group', config)
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
}
