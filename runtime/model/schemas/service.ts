import { type Static, Type } from 'typebox'
import { described, description, host, id, labels, name, plugins, script, timestamp } from './fields.ts'
import { upstream } from './upstream.ts'

export const service = Type.Object(
  {
    id: Type.Optional(id),
    plugins: Type.Optional(plugins),
    upstream: Type.Optional(described(upstream, 'where requests are sent: an upstream of its own')),
    upstream_id: Type.Optional(described(id, 'id of the upstream; this or upstream')),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    labels: Type.Optional(labels),
    script: Type.Optional(script),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    enable_websocket: Type.Optional(Type.Boolean({ description: 'let connections become WebSockets' })),
    hosts: Type.Optional(
      Type.Array(host, {
        minItems: 1,
        uniqueItems: true,
        description: 'host names of the routes that name none themselves',
      }),
    ),
  },
  { additionalProperties: false },
)

export type Service = Static<typeof service>
