import { type Static, Type } from 'typebox'
import {
  description,
  host,
  id,
  labels,
  name,
  plugins,
  remoteAddress,
  script,
  timeout,
  timestamp,
  wordOf,
} from './fields.ts'
import { upstream } from './upstream.ts'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'PURGE'] as const

const oneOrNeither = (singular: string, plural: string) => ({
  oneOf: [
    { not: { anyOf: [{ required: [singular] }, { required: [plural] }] } },
    { required: [singular] },
    { required: [plural] },
  ],
})

const SOMETHING_TO_DO = ['plugins', 'upstream', 'upstream_id', 'service_id']

export const route = Type.Object(
  {
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    uri: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
    uris: Type.Optional(
      Type.Array(Type.String({ description: 'HTTP uri', minLength: 1, maxLength: 4096 }), {
        minItems: 1,
        uniqueItems: true,
      }),
    ),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    priority: Type.Optional(Type.Integer({ default: 0 })),
    methods: Type.Optional(Type.Array(wordOf(METHODS, { description: 'HTTP method' }), { uniqueItems: true })),
    host: Type.Optional(host),
    hosts: Type.Optional(Type.Array(host, { minItems: 1, uniqueItems: true })),
    remote_addr: Type.Optional(remoteAddress),
    remote_addrs: Type.Optional(Type.Array(remoteAddress, { minItems: 1, uniqueItems: true })),
    timeout: Type.Optional(timeout),
    vars: Type.Optional(Type.Array(Type.Unknown())),
    /** Lua, and so refused after the schema: see `lua-refusal.ts`. */
    filter_func: Type.Optional(Type.String({ minLength: 10, pattern: '^function' })),
    script: Type.Optional(script),
    script_id: Type.Optional(id),
    plugins: Type.Optional(plugins),
    plugin_config_id: Type.Optional(id),
    upstream: Type.Optional(upstream),
    labels: Type.Optional(labels),
    service_id: Type.Optional(id),
    upstream_id: Type.Optional(id),
    enable_websocket: Type.Optional(Type.Boolean({ description: 'enable websocket for request' })),
    id: Type.Optional(id),
    status: Type.Optional(
      Type.Unsafe<0 | 1>({
        type: 'integer',
        description: 'route status, 1 to enable, 0 to disable',
        enum: [1, 0],
        default: 1,
      }),
    ),
  },
  {
    additionalProperties: false,
    allOf: [
      { oneOf: [{ required: ['uri'] }, { required: ['uris'] }] },
      oneOrNeither('host', 'hosts'),
      oneOrNeither('remote_addr', 'remote_addrs'),
    ],
    anyOf: [
      ...['uri', 'uris'].flatMap((path) => SOMETHING_TO_DO.map((deed) => ({ required: [deed, path] }))),
      { required: ['script', 'uri'] },
      { required: ['script', 'uris'] },
    ],
    not: { anyOf: [{ required: ['script', 'plugins'] }, { required: ['script', 'plugin_config_id'] }] },
  },
)

export type Route = Static<typeof route>
