import { type Static, Type } from 'typebox'
import { description, host, labels, name, port, timeout } from './fields.ts'

const wordOf = <Word extends string>(words: readonly Word[], options: object = {}) =>
  Type.Unsafe<Word>({ type: 'string', enum: [...words], ...options })

const strict = { additionalProperties: false }

const statuses = (otherwise: readonly number[]) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), { minItems: 1, default: [...otherwise] as number[] }),
  )

const count = (otherwise: number) => Type.Optional(Type.Integer({ minimum: 1, maximum: 254, default: otherwise }))

const interval = Type.Optional(Type.Integer({ minimum: 1, default: 1 }))

const healthy = { http_statuses: statuses([200, 302]), successes: count(2) }

const unhealthy = {
  http_statuses: statuses([429, 404, 500, 501, 502, 503, 504, 505]),
  http_failures: count(5),
  tcp_failures: count(2),
  timeouts: count(3),
}

const kind = Type.Optional(wordOf(['http', 'https', 'tcp'], { default: 'http' }))

/** `passive` needs `active`, which is why `active` is required. */
const checks = Type.Object(
  {
    active: Type.Object(
      {
        type: kind,
        timeout: Type.Optional(Type.Number({ default: 1 })),
        concurrency: Type.Optional(Type.Number({ default: 10 })),
        host: Type.Optional(host),
        port: Type.Optional(port),
        http_path: Type.Optional(Type.String({ default: '/' })),
        https_verify_certificate: Type.Optional(Type.Boolean({ default: true })),
        http_request_headers: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
        healthy: Type.Optional(Type.Object({ ...healthy, interval }, strict)),
        unhealthy: Type.Optional(Type.Object({ ...unhealthy, interval }, strict)),
      },
      strict,
    ),
    passive: Type.Optional(
      Type.Object(
        {
          type: kind,
          healthy: Type.Optional(Type.Object(healthy, strict)),
          unhealthy: Type.Optional(Type.Object(unhealthy, strict)),
        },
        strict,
      ),
    ),
  },
  strict,
)

const node = Type.Object(
  {
    host,
    port,
    weight: Type.Integer({ minimum: 0 }),
    priority: Type.Optional(Type.Number({ default: 0 })),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  strict,
)

/** The fields of an upstream; what belongs together is checked in `rules.ts`. */
export const upstreamFields = {
  name: Type.Optional(name),
  description,
  labels,
  type: Type.Optional(wordOf(['roundrobin', 'chash', 'least_conn', 'ewma'], { default: 'roundrobin' })),
  hash_on: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
  checks: Type.Optional(checks),
  nodes: Type.Optional(Type.Array(node)),
  scheme: Type.Optional(wordOf(['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'udp', 'kafka'], { default: 'http' })),
  retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  retry_timeout: Type.Optional(Type.Number({ minimum: 0 })),
  timeout: Type.Optional(timeout),
  tls: Type.Optional(
    Type.Object(
      {
        client_cert: Type.Optional(Type.String()),
        client_key: Type.Optional(Type.String()),
        client_cert_id: Type.Optional(Type.String()),
        verify: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
  ),
  keepalive_pool: Type.Optional(
    Type.Object(
      {
        size: Type.Optional(Type.Integer({ minimum: 1, default: 320 })),
        idle_timeout: Type.Optional(Type.Number({ minimum: 0, default: 60 })),
        requests: Type.Optional(Type.Integer({ minimum: 1, default: 1000 })),
      },
      strict,
    ),
  ),
  pass_host: Type.Optional(wordOf(['pass', 'node', 'rewrite'], { default: 'pass' })),
  upstream_host: Type.Optional(host),
  service_name: Type.Optional(Type.String()),
  discovery_type: Type.Optional(Type.String()),
  discovery_args: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
}

/** The upstream of a service. */
export const upstream = Type.Object(upstreamFields, strict)

export type AdcUpstream = Static<typeof upstream>
