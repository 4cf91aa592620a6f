import type { TSchema } from 'typebox'

/**
 * What a plugin's `schema.ts` exports as `schema`: everything the control plane, the provider and the linter need to
 * know of a plugin, and nothing of how it runs. Names, priorities and fields are those of Apache APISIX.
 */
export interface PluginSchema {
  readonly name: string
  /** Plugins run in descending order of priority within a phase. */
  readonly priority: number
  /** `auth`: identifies a consumer; only such plugins have a configuration of their own on consumers. */
  readonly type?: 'auth'
  /** The configuration on routes and services. Defaults are annotations: they are never written into what is stored. */
  readonly schema: TSchema
  /** The configuration on consumers, where it differs. */
  readonly consumerSchema?: TSchema
  /** Its settings for the whole group, the body of `plugin_metadata`. Without one any object will do. */
  readonly metadataSchema?: TSchema
  /** Whether it runs on HTTP calls or on connections of stream routes. @default http */
  readonly subsystem?: PluginSubsystem
  /**
   * What JSON Schema cannot say, asked once the schema has passed. Returns what is wrong, or undefined.
   * `on` tells which of the two configurations it is given.
   */
  readonly check?: (configuration: Readonly<Record<string, unknown>>, on: PluginPlace) => string | undefined
}

export type PluginSubsystem = 'http' | 'stream'

/** Where a plugin's configuration stands. */
export type PluginPlace = 'route' | 'consumer'
