import { type TSchema, Type } from 'typebox'
import { described, host, wordOf } from './fields.ts'

const count = (byDefault: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 254, default: byDefault, description })
const atLeastOne = (byDefault: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 254, default: byDefault, description })
const interval = Type.Integer({ minimum: 1, default: 1, description: 'seconds between two checks' })
const statuses = (byDefault: readonly number[]) =>
  Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), {
    minItems: 1,
    uniqueItems: true,
    default: byDefault,
    description: 'status codes that count',
  })
const checked = <Fields extends Record<string, TSchema>>(description: string, fields: Fields) =>
  Type.Object(fields, { description })
const kind = wordOf(['http', 'https', 'tcp'], { default: 'http', description: 'what counts as an answer' })

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** How an upstream's nodes are found healthy or not. `passive` builds on `active`. */
export const healthChecks = Type.Object(
  {
    active: Type.Optional(
      checked('checks that the gateway makes of itself', {
        type: Type.Optional(kind),
        timeout: Type.Optional(Type.Number({ default: 1, description: 'seconds until a check has failed' })),
        concurrency: Type.Optional(Type.Integer({ default: 10, description: 'nodes checked at once' })),
        host: Type.Optional(described(host, 'Host of the check; that of the node where nothing is said')),
        port: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 65_535,
            description: 'port of the check; that of the node where nothing is said',
          }),
        ),
        http_method: Type.Optional(
          wordOf(['GET', 'POST', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'], {
            default: 'GET',
            description: 'HTTP method of the check',
          }),
        ),
        http_path: Type.Optional(Type.String({ default: '/', description: 'path of the check' })),
        http_req_body: Type.Optional(Type.String({ default: '', description: 'body of the check' })),
        https_verify_certificate: Type.Optional(
          Type.Boolean({ default: true, description: 'check the certificate of a node' }),
        ),
        req_headers: Type.Optional(
          Type.Array(Type.String(), { minItems: 1, description: 'headers of the check, each as "Name: value"' }),
        ),
        healthy: Type.Optional(
          checked('when a node counts as healthy', {
            interval: Type.Optional(interval),
            http_statuses: Type.Optional(statuses([200, 302])),
            successes: Type.Optional(atLeastOne(2, 'good checks until a node counts as healthy')),
          }),
        ),
        unhealthy: Type.Optional(
          checked('when a node counts as unhealthy', {
            interval: Type.Optional(interval),
            http_statuses: Type.Optional(statuses([429, 404, 500, 501, 502, 503, 504, 505])),
            http_failures: Type.Optional(atLeastOne(5, 'bad answers until a node counts as unhealthy')),
            tcp_failures: Type.Optional(atLeastOne(2, 'failed connections until a node counts as unhealthy')),
            timeouts: Type.Optional(atLeastOne(3, 'checks without an answer until a node counts as unhealthy')),
          }),
        ),
      }),
    ),
    passive: Type.Optional(
      checked('what the answers to calls tell; builds on active', {
        type: Type.Optional(kind),
        healthy: Type.Optional(
          checked('when a node counts as healthy', {
            http_statuses: Type.Optional(statuses([...range(200, 208), 226, ...range(300, 308)])),
            successes: Type.Optional(count(5, 'good answers until a node counts as healthy')),
          }),
        ),
        unhealthy: Type.Optional(
          checked('when a node counts as unhealthy', {
            http_statuses: Type.Optional(statuses([429, 500, 503])),
            tcp_failures: Type.Optional(count(2, 'failed connections until a node counts as unhealthy')),
            timeouts: Type.Optional(count(7, 'calls without an answer until a node counts as unhealthy')),
            http_failures: Type.Optional(count(5, 'bad answers until a node counts as unhealthy')),
          }),
        ),
      }),
    ),
  },
  { additionalProperties: false, anyOf: [{ required: ['active'] }, { required: ['active', 'passive'] }] },
)
