// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'

export interface ProtoConfig extends TerraformMetaArguments {
  /**
   * The id of the proto.
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
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** Text of a .proto file, or a descriptor set in base64. At most 1048576 characters. */
  readonly content: string
}

/** A definition of gRPC services: the text of a `.proto` file, or a descriptor set in base64. */
export class Proto extends GatewayResource {
  static readonly tfResourceType = 'antipode_proto'

  constructor(scope: Construct, id: string, config: ProtoConfig) {
    super(scope, id, 'antipode_proto', config)
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

  get content(): string {
    return this.getStringAttribute('content')
  }
}
