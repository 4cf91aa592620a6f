import type { PluginSchema, PluginSubsystem } from '../../model/plugin-schema.ts'
import { withMeta } from '../../model/plugin-validator.ts'
import { RESOURCE_TYPES } from '../../model/resource.ts'
import type { ResourceValidator } from '../../model/resource-validator.ts'
import { RESOURCE_SCHEMAS } from '../../model/schemas/index.ts'
import { type Answer, refuse } from './answer.ts'
import type { RequestTarget } from './request-target.ts'
import { isResourceType, schemaName } from './resource-kinds.ts'

const SCHEMA_BY_NAME = new Map(RESOURCE_TYPES.map((type) => [schemaName(type), RESOURCE_SCHEMAS[type]]))

/** `GET /schema/<name>`, `GET /schema/plugins/<name>`, `POST /schema/validate/<type>`; steps after `schema`. */
export function schemaAnswer(
  method: string,
  { steps, query }: RequestTarget,
  body: unknown,
  validator: ResourceValidator,
  plugins: readonly PluginSchema[],
): Answer {
  const [, what = '', name = ''] = steps
  if (method === 'POST' && what === 'validate') {
    if (!isResourceType(name)) return refuse(404, `Unsupported resource type: ${name}`)
    const wrong = validator.checkSchema(name, body)
    return wrong ? refuse(400, wrong) : { status: 200 }
  }
  if (!isReading(method)) return refuse(404, 'not found')
  if (what === 'plugins') return pluginSchemaAnswer(name, query, plugins)
  const schema = SCHEMA_BY_NAME.get(what)
  return schema ? { status: 200, body: schema } : refuse(400, `not found schema: ${what}`)
}

/** `GET /plugins/list`, `GET /plugins?all=true`, `GET /plugins/<name>`, `PUT /plugins/reload`. */
export function pluginsAnswer(
  method: string,
  { steps, query }: RequestTarget,
  plugins: readonly PluginSchema[],
): Answer {
  const [, name = ''] = steps
  // Plugins are part of the program here; there is nothing to load again, and scripts that ask for it go on.
  if (name === 'reload') {
    return method === 'PUT'
      ? { status: 200, body: 'done' }
      : refuse(405, `please use PUT method to reload the plugins, ${method} method is not allowed.`)
  }
  if (!isReading(method)) return refuse(404, 'not found')
  const subsystem = query.get('subsystem') ?? 'http'
  if (!isSubsystem(subsystem)) {
    if (name === 'list') return { status: 400, body: 'invalid subsystem passed' }
    return refuse(400, `unsupported subsystem: ${subsystem}`)
  }
  const offered = plugins.filter((plugin) => (plugin.subsystem ?? 'http') === subsystem)
  if (name === 'list') {
    return { status: 200, body: offered.toSorted((a, b) => b.priority - a.priority).map((plugin) => plugin.name) }
  }
  if (query.get('all') === 'true') return { status: 200, body: Object.fromEntries(offered.map(describe)) }
  return pluginSchemaAnswer(name, query, plugins)
}

function pluginSchemaAnswer(name: string, query: URLSearchParams, plugins: readonly PluginSchema[]): Answer {
  const subsystem = query.get('subsystem') ?? 'http'
  if (!isSubsystem(subsystem)) return refuse(400, `unsupported subsystem: ${subsystem}`)
  const plugin = plugins.find((candidate) => {
    return candidate.name === name && (candidate.subsystem ?? 'http') === subsystem
  })
  if (!plugin) return refuse(404, `plugin not found in subsystem ${subsystem}`)
  const schema = schemaOf(plugin, query.get('schema_type'))
  return schema ? { status: 200, body: schema } : refuse(400, 'not found schema')
}

function schemaOf({ schema, consumerSchema, metadataSchema }: PluginSchema, type: string | null): object | undefined {
  if (type === 'metadata') return metadataSchema
  if (type === 'consumer') return consumerSchema && withMeta(consumerSchema)
  return withMeta(schema)
}

function isSubsystem(text: string): text is PluginSubsystem {
  return text === 'http' || text === 'stream'
}

function describe({ name, priority, type, schema, consumerSchema, metadataSchema }: PluginSchema): [string, object] {
  return [
    name,
    {
      priority,
      ...(type && { type }),
      schema: withMeta(schema),
      ...(consumerSchema && { consumer_schema: withMeta(consumerSchema) }),
      ...(metadataSchema && { metadata_schema: metadataSchema }),
    },
  ]
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
