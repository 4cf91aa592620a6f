// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'
import type { CredentialsFields } from './nested-fields.ts'

export interface ConsumerConfig extends TerraformMetaArguments {
  /** The name, which is its id. At most 256 letters, digits, `-` and `_`. */
  readonly username: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** Id of the consumer group whose plugins it shares. */
  readonly groupId?: string
  /** Configurations of plugins by their names. */
  readonly plugins?: Any
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** By what calls are recognised as those of the consumer. */
  readonly credentials?: readonly CredentialsFields[]
}

/** Who calls, and by what they are recognised. */
export class Consumer extends GatewayResource {
  static readonly tfResourceType = 'antipode_consumer'

  constructor(scope: Construct, id: string, config: ConsumerConfig) {
    super(scope, id, 'antipode_consumer', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get username(): string {
    return this.getStringAttribute('username')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get groupId(): string {
    return this.getStringAttribute('group_id')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }
}
