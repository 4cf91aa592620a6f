import { refuseLua } from './lua-refusal.ts'
import type { PluginPlace, PluginSchema, PluginSubsystem } from './plugin-schema.ts'
import { compileSchema, type SchemaCheck } from './schema-compiler.ts'
import { pluginMeta } from './schemas/plugin-meta.ts'
import { checkExpression } from './variable-expression-check.ts'

/** Checks a resource's `plugins`: returns what is wrong, in the words of APISIX, or undefined. */
export type PluginsCheck = (plugins: Readonly<Record<string, unknown>>, place: PluginPlace) => string | undefined

interface CompiledPlugin {
  readonly plugin: PluginSchema
  readonly checks: Readonly<Record<PluginPlace, SchemaCheck>>
}

/** Compiles the schemas of a subsystem's plugins, each with `_meta` added, into one check. */
export function createPluginsCheck(
  plugins: readonly PluginSchema[],
  subsystem: PluginSubsystem = 'http',
): PluginsCheck {
  const offered = plugins.filter((plugin) => (plugin.subsystem ?? 'http') === subsystem)
  const byName = new Map<string, CompiledPlugin>(
    offered.map((plugin) => {
      const route = compileSchema(withMeta(plugin.schema))
      const consumer = plugin.consumerSchema ? compileSchema(withMeta(plugin.consumerSchema)) : route
      return [plugin.name, { plugin, checks: { route, consumer } }]
    }),
  )
  return (configurations, place) => {
    for (const [name, configuration] of Object.entries(configurations)) {
      if (typeof configuration !== 'object' || configuration === null) {
        return `invalid plugin conf ${JSON.stringify(configuration)} for plugin [${name}]`
      }
      const compiled = byName.get(name)
      if (!compiled) return `unknown plugin [${name}]`
      const wrong = checkConfiguration(compiled, configuration as Readonly<Record<string, unknown>>, place)
      if (wrong) {
        return subsystem === 'stream'
          ? `failed to check the configuration of stream plugin [${name}]: ${wrong}`
          : `failed to check the configuration of plugin ${name} err: ${wrong}`
      }
      // What is wrong with an expression is told without the plugin's name, as in APISIX.
      const meta = '_meta' in configuration ? (configuration._meta as Readonly<Record<string, unknown>>) : undefined
      const wrongFilter = checkExpression(meta?.filter)
      if (wrongFilter) return wrongFilter
    }
    return undefined
  }
}

/** The schema of a plugin as it is enforced and shown: its own, and `_meta`. */
export function withMeta(schema: object): object {
  const properties: object = 'properties' in schema ? (schema.properties as object) : {}
  return { ...schema, properties: { ...properties, _meta: pluginMeta } }
}

function checkConfiguration(
  { plugin, checks }: CompiledPlugin,
  configuration: Readonly<Record<string, unknown>>,
  place: PluginPlace,
): string | undefined {
  // An empty list is an empty object here too.
  const wrong = checks[place](Array.isArray(configuration) && configuration.length === 0 ? {} : configuration)
  if (wrong) return wrong
  const meta = configuration._meta as Readonly<Record<string, unknown>> | undefined
  return (meta && refuseLua(meta)) ?? plugin.check?.(configuration, place)
}
