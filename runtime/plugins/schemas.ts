import type { PluginSchema } from '../model/plugin-schema.ts'

/**
 * The schema of every plugin there is. A new plugin is added here, and to the data plane's own list of what runs it.
 */
export const pluginSchemas: readonly PluginSchema[] = []
