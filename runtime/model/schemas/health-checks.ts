import { Type } from 'typebox'
import { host, wordOf } from './fields.ts'

const count = (byDefault: number) => Type.Integer({ minimum: 0, maximum: 254, default: byDefault })
const atLeastOne = (byDefault: number) => Type.Integer({ minimum: 1, maximum: 254, default: byDefault })
const interval = Type.Integer({ minimum: 1, default: 1, description: 'seconds' })
const statuses = (byDefault: readonly number[]) =>
  Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), { minItems: 1, uniqueItems: true, default: byDefault })
const kind = wordOf(['http', 'https', 'tcp'], { default: 'http' })

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** How an upstream's nodes are found healthy or not. `passive` builds on `active`. */
export const healthChecks = Type.Object(
  {
    active: Type.Optional(
      Type.Object({
        type: Type.Optional(kind),
        timeout: Type.Optional(Type.Number({ default: 1 })),
        concurrency: Type.Optional(Type.Integer({ default: 10 })),
        host: Type.Optional(host),
        port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
        http_method: Type.Optional(
          wordOf(['GET', 'POST', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'], { default: 'GET' }),
        ),
        http_path: Type.Optional(Type.String({ default: '/' })),
        http_req_body: Type.Optional(Type.String({ default: '' })),
        https_verify_certificate: Type.Optional(Type.Boolean({ default: true })),
        req_headers: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
        healthy: Type.Optional(
          Type.Object({
            interval: Type.Optional(interval),
            http_statuses: Type.Optional(statuses([200, 302])),
            successes: Type.Optional(atLeastOne(2)),
          }),
        ),
        unhealthy: Type.Optional(
          Type.Object({
            interval: Type.Optional(interval),
            http_statuses: Type.Optional(statuses([429, 404, 500, 501, 502, 503, 504, 505])),
            http_failures: Type.Optional(atLeastOne(5)),
            tcp_failures: Type.Optional(atLeastOne(2)),
            timeouts: Type.Optional(atLeastOne(3)),
          }),
        ),
      }),
    ),
    passive: Type.Optional(
      Type.Object({
        type: Type.Optional(kind),
        healthy: Type.Optional(
          Type.Object({
            http_statuses: Type.Optional(statuses([...range(200, 208), 226, ...range(300, 308)])),
            successes: Type.Optional(count(5)),
          }),
        ),
        unhealthy: Type.Optional(
          Type.Object({
            http_statuses: Type.Optional(statuses([429, 500, 503])),
            tcp_failures: Type.Optional(count(2)),
            timeouts: Type.Optional(count(7)),
            http_failures: Type.Optional(count(5)),
          }),
        ),
      }),
    ),
  },
  { additionalProperties: false, anyOf: [{ required: ['active'] }, { required: ['active', 'passive'] }] },
)
