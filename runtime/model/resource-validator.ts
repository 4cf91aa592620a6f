import { refuseLua } from './lua-refusal.ts'
import type { PluginSchema } from './plugin-schema.ts'
import { createPluginsCheck } from './plugin-validator.ts'
import { RESOURCE_TYPES, type ResourceType, type ResourceValue } from './resource.ts'
import { compileSchema, type SchemaCheck } from './schema-compiler.ts'
import { RESOURCE_SCHEMAS } from './schemas/index.ts'
import type { Upstream } from './schemas/upstream.ts'
import { checkUpstreamRules } from './upstream-rules.ts'
import { checkExpression } from './variable-expression-check.ts'

/** Returns what is wrong with a resource, in the words of APISIX, or undefined. Never changes it. */
export type ResourceCheck = (type: ResourceType, value: unknown) => string | undefined

export interface ResourceValidator {
  /** The resource's schema alone. */
  readonly checkSchema: ResourceCheck
  /** The schema, the rules a schema cannot say, and the plugins. What the resource refers to is not looked at. */
  readonly check: ResourceCheck
}

/** Compiles every schema once. */
export function createResourceValidator(plugins: readonly PluginSchema[]): ResourceValidator {
  const checkPlugins = createPluginsCheck(plugins)
  const schemas = Object.fromEntries(
    RESOURCE_TYPES.map((type) => [type, compileSchema(RESOURCE_SCHEMAS[type])]),
  ) as Record<ResourceType, SchemaCheck>

  const check: ResourceCheck = (type, value) => {
    const mismatch = schemas[type](value)
    if (mismatch) return `invalid configuration: ${mismatch}`
    const resource = value as ResourceValue
    const upstream = (type === 'upstreams' ? resource : resource.upstream) as Upstream | undefined
    const wrong = (upstream && checkUpstreamRules(upstream)) ?? checkExpression(resource.vars) ?? refuseLua(resource)
    if (wrong) return wrong
    const configurations = resource.plugins as Readonly<Record<string, unknown>> | undefined
    if (!configurations) return undefined
    if (type !== 'consumers') return checkPlugins(configurations, 'route')
    const refused = checkPlugins(configurations, 'consumer')
    return refused && `invalid plugins configuration: ${refused}`
  }
  return { check, checkSchema: (type, value) => schemas[type](value) }
}
