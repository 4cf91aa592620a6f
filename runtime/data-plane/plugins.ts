import { plugin as faultInjection } from '../plugins/fault-injection/plugin.ts'
import { plugin as keyAuth } from '../plugins/key-auth/plugin.ts'
import type { Plugin } from '../plugins/plugin-interface.ts'
import { plugin as proxyRewrite } from '../plugins/proxy-rewrite/plugin.ts'

/** Every plugin that a data plane runs. A new plugin is added here, and its schema to `plugins/schemas.ts`. */
export const PLUGINS: readonly Plugin[] = [faultInjection, keyAuth, proxyRewrite]
