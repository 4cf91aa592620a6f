import { Type } from 'typebox'

/** Settings of a plugin for the whole group. Which fields there are is the plugin's own affair. */
export const pluginMetadata = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' })
