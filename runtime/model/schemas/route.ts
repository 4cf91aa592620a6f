import { type Static, Type } from 'typebox'
import {
  described,
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
    uri: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description: 'path, exact or, ending in *, a prefix; this or uris',
      }),
    ),
    uris: Type.Optional(
      Type.Array(Type.String({ description: 'HTTP uri', minLength: 1, maxLength: 4096 }), {
        minItems: 1,
        uniqueItems: true,
        description: 'paths, exact or, ending in *, prefixes; this or uri',
      }),
    ),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    priority: Type.Optional(
      Type.Integer({
        default: 0,
        description: 'of several routes with one path the one of the highest priority is taken',
      }),
    ),
    methods: Type.Optional(
      Type.Array(wordOf(METHODS, { description: 'HTTP method' }), {
        uniqueItems: true,
        description: 'HTTP methods; any where nothing is said',
      }),
    ),
    host: Type.Optional(described(host, 'host name, *.example.com for any below it; this or hosts')),
    hosts: Type.Optional(
      Type.Array(host, {
        minItems: 1,
        uniqueItems: true,
        description: 'host names, *.example.com for any below; those of the service where nothing is said',
      }),
    ),
    remote_addr: Type.Optional(remoteAddress),
    remote_addrs: Type.Optional(
      Type.Array(remoteAddress, {
        minItems: 1,
        uniqueItems: true,
        description: 'addresses or ranges that callers come from; any where nothing is said',
      }),
    ),
    timeout: Type.Optional(timeout),
    vars: Type.Optional(
      Type.Array(Type.Unknown(), {
        description: 'conditions on variables of the request, such as [["arg_x", "==", "1"]]',
      }),
    ),
    /** Lua, and so refused after the schema: see `lua-refusal.ts`. */
    filter_func: Type.Optional(Type.String({ minLength: 10, pattern: '^function' })),
    script: Type.Optional(script),
    script_id: Type.Optional(id),
    plugins: Type.Optional(plugins),
    plugin_config_id: Type.Optional(described(id, 'id of a plugin config that is added to the plugins')),
    upstream: Type.Optional(described(upstream, 'where requests are sent: an upstream of its own')),
    labels: Type.Optional(labels),
    service_id: Type.Optional(described(id, 'id of the service that the route belongs to')),
    upstream_id: Type.Optional(described(id, 'id of the upstream; this, upstream or service_id')),
    enable_websocket: Type.Optional(Type.Boolean({ description: 'let connections become WebSockets' })),
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
