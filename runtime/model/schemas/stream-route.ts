import { type Static, Type } from 'typebox'
import { described, description, host, id, labels, name, plugins, remoteAddress, timestamp } from './fields.ts'
import { upstream } from './upstream.ts'

const logger = Type.Object(
  {
    name: Type.Optional(Type.String()),
    filter: Type.Optional(Type.Array(Type.Unknown(), { description: 'which requests are logged, as an expression' })),
    conf: Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' })),
  },
  { dependencies: { name: { required: ['conf'] } } },
)

/** A protocol above TCP whose requests are routed one by one. */
const protocol = Type.Object({
  name: Type.String({ description: 'name of the protocol' }),
  superior_id: Type.Optional(described(id, 'id of the stream route whose connections are taken apart')),
  conf: Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', description: 'protocol-specific configuration' }),
  ),
  logger: Type.Optional(Type.Array(logger, { description: 'where requests of the protocol are logged' })),
})

/** Where connections of TCP, TLS or UDP go, by where they come from and to. */
export const streamRoute = Type.Object(
  {
    id: Type.Optional(id),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    labels: Type.Optional(labels),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    remote_addr: Type.Optional(remoteAddress),
    server_addr: Type.Optional(
      Type.Unsafe<string>({ ...remoteAddress, description: 'address of the gateway that was connected to' }),
    ),
    server_port: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 65_535, description: 'port of the gateway that was connected to' }),
    ),
    sni: Type.Optional(Type.String({ ...host, description: 'server name that a client of TLS asks for' })),
    upstream: Type.Optional(described(upstream, 'where requests are sent: an upstream of its own')),
    upstream_id: Type.Optional(described(id, 'id of the upstream; this, upstream or service_id')),
    service_id: Type.Optional(described(id, 'id of the service that the stream route belongs to')),
    plugins: Type.Optional(plugins),
    protocol: Type.Optional(described(protocol, 'a protocol above TCP whose requests are routed one by one')),
  },
  { additionalProperties: false },
)

export type StreamRoute = Static<typeof streamRoute>
