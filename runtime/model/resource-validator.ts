import { refuseLua } from './lua-refusal.ts'
import type { PluginSchema } from './plugin-schema.ts'
import { createPluginsCheck } from './plugin-validator.ts'
import { RESOURCE_TYPES, type ResourceType, type ResourceValue } from './resource.ts'
import { compileSchema, type SchemaCheck } from './schema-compiler.ts'
import { RESOURCE_SCHEMAS } from './schemas/index.ts'
import { SECRET_MANAGERS } from './schemas/secret.ts'
import type { Ssl } from './schemas/ssl.ts'
import type { Upstream } from './schemas/upstream.ts'
import { checkSslRules } from './ssl-rules.ts'
import { checkUpstreamRules } from './upstream-rules.ts'
import { checkExpression } from './variable-expression-check.ts'

/**
 * Returns what is wrong with a resource, in the words of APISIX, or undefined. Never changes it. The id is looked at
 * only where it says more than the value: it names the plugin that metadata is of.
 */
export type ResourceCheck = (type: ResourceType, value: unknown, id?: string) => string | undefined

export interface ResourceValidator {
  /** The resource's schema alone. */
  readonly checkSchema: ResourceCheck
  /** The schema, the rules a schema cannot say, and the plugins. What the resource refers to is not looked at. */
  readonly check: ResourceCheck
}

type Plugins = Readonly<Record<string, unknown>>

/** Compiles every schema once. */
export function createResourceValidator(plugins: readonly PluginSchema[]): ResourceValidator {
  const checkHttpPlugins = createPluginsCheck(plugins)
  const checkStreamPlugins = createPluginsCheck(plugins, 'stream')
  const identifying = new Set(plugins.filter(({ type }) => type === 'auth').map(({ name }) => name))
  const checkMetadata = createMetadataCheck(plugins)
  const schemas = Object.fromEntries(
    RESOURCE_TYPES.map((type) => [type, compileSchema(RESOURCE_SCHEMAS[type])]),
  ) as Record<ResourceType, SchemaCheck>

  const checkPlugins = (type: ResourceType, configurations: Plugins): string | undefined => {
    if (type === 'stream_routes') return checkStreamPlugins(configurations, 'route')
    if (type !== 'consumers' && type !== 'credentials') return checkHttpPlugins(configurations, 'route')
    const refused = checkHttpPlugins(configurations, 'consumer')
    if (refused) return `invalid plugins configuration: ${refused}`
    if (type === 'consumers' || Object.keys(configurations).every((name) => identifying.has(name))) return undefined
    return 'only supports auth type plugins in consumer credential'
  }

  const check: ResourceCheck = (type, value, id) => {
    if (type === 'plugin_metadata') return checkMetadata(value, id)
    if (type === 'secrets') return checkSecret(value)
    const ambiguous = type === 'routes' ? findAmbiguity(value) : undefined
    if (ambiguous) return ambiguous
    const mismatch = schemas[type](value)
    if (mismatch) return `invalid configuration: ${mismatch}`
    const resource = value as ResourceValue
    const upstream = (type === 'upstreams' ? resource : resource.upstream) as Upstream | undefined
    const wrong =
      (upstream && checkUpstreamRules(upstream)) ??
      (type === 'ssls' ? checkSslRules(resource as Ssl) : undefined) ??
      checkExpression(resource.vars) ??
      refuseLua(resource)
    return wrong ?? (resource.plugins ? checkPlugins(type, resource.plugins as Plugins) : undefined)
  }
  return { check, checkSchema: (type, value) => schemas[type](value) }
}

/** Looked for before the schema, which would only say that it does not match. */
function findAmbiguity(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const both = ['host', 'remote_addr'].find((name) => Object.hasOwn(value, name) && Object.hasOwn(value, `${name}s`))
  return both && `only one of ${both} or ${both}s is allowed`
}

function createMetadataCheck(plugins: readonly PluginSchema[]) {
  const byPlugin = new Map(
    plugins.map(({ name, metadataSchema }) => [
      name,
      compileSchema(metadataSchema ?? RESOURCE_SCHEMAS.plugin_metadata),
    ]),
  )
  return (value: unknown, plugin: string | undefined): string | undefined => {
    const checkSchema = plugin === undefined ? undefined : byPlugin.get(plugin)
    if (!checkSchema) return 'invalid plugin name'
    const mismatch = checkSchema(value)
    return mismatch && `invalid configuration: ${mismatch}`
  }
}

const secretChecks = new Map(Object.entries(SECRET_MANAGERS).map(([name, schema]) => [name, compileSchema(schema)]))

/** Its id begins with the manager that it configures. */
function checkSecret(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  if (typeof id !== 'string' || !id.includes('/')) return `invalid secret id: ${id}`
  const manager = id.slice(0, id.indexOf('/'))
  const checkSchema = secretChecks.get(manager)
  if (!checkSchema) return `invalid secret manager: ${manager}`
  const mismatch = checkSchema(value)
  return mismatch && `invalid configuration: ${mismatch}`
}
