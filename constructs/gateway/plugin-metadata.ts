// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { type Any, GatewayResource } from './gateway-resource.ts'

export interface PluginMetadataConfig extends TerraformMetaArguments {
  /** The name of the plugin. */
  readonly plugin: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** The settings; which there are is up to the plugin. */
  readonly metadata: Any
}

/** Settings of a plugin for the whole gateway group. */
export class PluginMetadata extends GatewayResource {
  static readonly tfResourceType = 'antipode_plugin_metadata'

  constructor(scope: Construct, id: string, config: PluginMetadataConfig) {
    super(scope, id, 'antipode_plugin_metadata', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get plugin(): string {
    return this.getStringAttribute('plugin')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }
}
