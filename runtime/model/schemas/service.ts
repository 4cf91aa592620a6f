import { type Static, Type } from 'typebox'
import { description, host, id, labels, name, plugins, script, timestamp } from './fields.ts'
import { upstream } from './upstream.ts'

export const service = Type.Object(
  {
    id: Type.Optional(id),
    plugins: Type.Optional(plugins),
    upstream: Type.Optional(upstream),
    upstream_id: Type.Optional(id),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    labels: Type.Optional(labels),
    script: Type.Optional(script),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    enable_websocket: Type.Optional(Type.Boolean({ description: 'enable websocket for request' })),
    hosts: Type.Optional(Type.Array(host, { minItems: 1, uniqueItems: true })),
  },
  { additionalProperties: false },
)

export type Service = Static<typeof service>
