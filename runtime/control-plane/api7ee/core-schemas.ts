import { RESOURCE_SCHEMAS } from '../../model/schemas/index.ts'

interface ObjectSchema {
  readonly properties: Readonly<Record<string, object>>
}

const text = { type: 'string' }
const common = ['name', 'desc', 'labels']

/** Fields of a stored resource's schema; what ties fields together is judged when it is written. */
function fieldsOf(type: keyof typeof RESOURCE_SCHEMAS, names?: readonly string[]): Record<string, object> {
  const { properties } = RESOURCE_SCHEMAS[type] as unknown as ObjectSchema
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names?.includes(name) ?? true))
}

const upstream = { type: 'object', properties: fieldsOf('upstreams') }

const service = {
  type: 'object',
  properties: {
    service_id: text,
    type: { type: 'string', enum: ['http', 'stream'] },
    ...fieldsOf('services', [...common, 'plugins', 'hosts']),
    upstream,
  },
  required: ['name'],
}

/**
 * What `GET /api/schema/core` answers: the resources in the fields of this surface. Whoever compares files with what
 * this surface returns takes the defaults from here, so a default stands here exactly when it is shown.
 */
export const CORE_SCHEMAS = {
  service,
  stream_service: service,
  route: {
    type: 'object',
    properties: {
      route_id: text,
      service_id: text,
      paths: fieldsOf('routes', ['uris']).uris!,
      ...fieldsOf('routes', [...common, 'methods', 'priority', 'timeout', 'vars', 'plugins', 'enable_websocket']),
    },
    required: ['name', 'paths', 'service_id'],
  },
  stream_route: {
    type: 'object',
    properties: {
      stream_route_id: text,
      service_id: text,
      ...fieldsOf('stream_routes', [...common, 'plugins', 'remote_addr', 'server_addr', 'server_port', 'sni']),
    },
    required: ['name', 'service_id'],
  },
  upstream,
  ssl: {
    type: 'object',
    properties: fieldsOf('ssls', [...common, 'type', 'snis', 'cert', 'certs', 'client', 'ssl_protocols']),
    required: ['snis'],
  },
  consumer: {
    type: 'object',
    properties: fieldsOf('consumers', ['username', ...common, 'plugins']),
    required: ['username'],
  },
  consumer_credential: {
    type: 'object',
    properties: fieldsOf('credentials', [...common, 'plugins']),
    required: ['name'],
  },
  global_rule: { type: 'object', properties: fieldsOf('global_rules', ['plugins']), required: ['plugins'] },
  plugin_metadata: { type: 'object', properties: {} },
} as const

export type CoreKind = keyof typeof CORE_SCHEMAS
