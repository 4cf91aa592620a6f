import type { PluginSchema } from '../../model/plugin-schema.ts'
import { withMeta } from '../../model/plugin-validator.ts'
import type { ResourceValidator } from '../../model/resource-validator.ts'
import { RESOURCE_SCHEMAS } from '../../model/schemas/index.ts'
import { type Answer, refuse } from './answer.ts'
import type { RequestTarget } from './request-target.ts'
import { isResourceType, RESOURCE_KINDS } from './resource-kinds.ts'

const SCHEMA_BY_KIND = new Map(
  Object.entries(RESOURCE_SCHEMAS).map(([type, schema]) => [
    isResourceType(type) ? RESOURCE_KINDS[type].kind : type,
    schema,
  ]),
)

/** `GET /schema/<kind>`, `GET /schema/plugins/<name>`, `POST /schema/validate/<type>`; steps after `schema`. */
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
  const schema = SCHEMA_BY_KIND.get(what)
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
  if (method === 'PUT' && name === 'reload') return { status: 200, body: 'done' }
  if (!isReading(method)) return refuse(404, 'not found')
  const subsystem = query.get('subsystem') ?? 'http'
  if (subsystem !== 'http' && subsystem !== 'stream') return refuse(400, `unsupported subsystem: ${subsystem}`)
  const offered = subsystem === 'http' ? plugins : []
  if (name === 'list') {
    return { status: 200, body: offered.toSorted((a, b) => b.priority - a.priority).map((plugin) => plugin.name) }
  }
  if (query.get('all') === 'true') return { status: 200, body: Object.fromEntries(offered.map(describe)) }
  return pluginSchemaAnswer(name, query, offered)
}

function pluginSchemaAnswer(name: string, query: URLSearchParams, plugins: readonly PluginSchema[]): Answer {
  const plugin = plugins.find((candidate) => candidate.name === name)
  if (!plugin) return refuse(404, 'plugin not found')
  const schema = query.get('schema_type') === 'consumer' ? plugin.consumerSchema : plugin.schema
  return schema ? { status: 200, body: withMeta(schema) } : refuse(400, 'not found schema')
}

function describe({ name, priority, type, schema, consumerSchema }: PluginSchema): [string, object] {
  return [
    name,
    {
      priority,
      ...(type && { type }),
      schema: withMeta(schema),
      ...(consumerSchema && { consumer_schema: withMeta(consumerSchema) }),
    },
  ]
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
