import type { PluginSchema } from '../model/plugin-schema.ts'
import { schema as faultInjection } from './fault-injection/schema.ts'
import { schema as keyAuth } from './key-auth/schema.ts'
import { schema as proxyRewrite } from './proxy-rewrite/schema.ts'

/**
 * The schema of every plugin there is, by descending priority. A new plugin is added here, and to the data plane's own
 * list of what runs it.
 */
export const pluginSchemas: readonly PluginSchema[] = [faultInjection, keyAuth, proxyRewrite]
