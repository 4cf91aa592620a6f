import { type Static, type TSchema, Type } from 'typebox'
import {
  certificate,
  described,
  description,
  host,
  id,
  labels,
  name,
  privateKey,
  timeout,
  timestamp,
  wordOf,
} from './fields.ts'
import { healthChecks } from './health-checks.ts'

const weight = { type: 'integer', description: 'weight of node', minimum: 0 }

export interface UpstreamNode {
  readonly host: string
  /** Absent: the port of the upstream's scheme. */
  readonly port?: number
  /** 0: no traffic. */
  readonly weight: number
  /** Nodes of a lower priority serve only when all of a higher one fail. @default 0 */
  readonly priority?: number
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** Either `{"host:port": weight}` or a list of nodes. */
const nodes = Type.Unsafe<Record<string, number> | UpstreamNode[]>({
  anyOf: [
    { type: 'object', patternProperties: { '.*': weight } },
    {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          host: { ...host },
          port: { type: 'integer', description: 'port of node', minimum: 1, maximum: 65_535 },
          weight,
          priority: { type: 'integer', description: 'priority of node', default: 0 },
          metadata: { type: 'object', description: 'metadata of node' },
        },
        required: ['host', 'weight'],
      },
    },
  ],
})

const withoutCertificateId = { not: { required: ['client_cert_id'] } }

/** The certificate this gateway shows to the nodes: inline, or by the id of an ssl resource. */
const tls = Type.Object(
  {
    client_cert_id: Type.Optional(described(id, 'id of an ssl of type client, instead of client_cert and client_key')),
    client_cert: Type.Optional(described(certificate, 'PEM of the certificate that is shown to the nodes')),
    client_key: Type.Optional(described(privateKey, 'PEM of its key')),
    verify: Type.Optional(Type.Boolean({ default: false, description: "check the nodes' certificates" })),
  },
  {
    dependencies: {
      client_cert: { required: ['client_key'], ...withoutCertificateId },
      client_key: { required: ['client_cert'], ...withoutCertificateId },
      client_cert_id: { not: { required: ['client_cert', 'client_key'] } },
    },
  },
)

const withText = <Fields extends Record<string, TSchema>>(description: string, fields: Fields) =>
  Type.Object(fields, { description })

export const upstream = Type.Object(
  {
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    nodes: Type.Optional(nodes),
    retries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: 'further nodes that are tried after one has failed; 0 for none, all others where nothing is said',
      }),
    ),
    retry_timeout: Type.Optional(
      Type.Number({ minimum: 0, description: 'seconds after which no further node is tried; 0 for no limit' }),
    ),
    timeout: Type.Optional(timeout),
    tls: Type.Optional(described(tls, 'what is shown to nodes that speak TLS, and asked of them')),
    keepalive_pool: Type.Optional(
      withText('connections to nodes that are kept open', {
        size: Type.Optional(Type.Integer({ minimum: 1, default: 320, description: 'connections that are kept open' })),
        idle_timeout: Type.Optional(
          Type.Number({ minimum: 0, default: 60, description: 'seconds until an idle connection is closed' }),
        ),
        requests: Type.Optional(
          Type.Integer({ minimum: 1, default: 1000, description: 'requests until a connection is closed' }),
        ),
      }),
    ),
    type: Type.Optional(
      wordOf(['roundrobin', 'chash', 'ewma', 'least_conn'], {
        description: 'algorithm of load balancing',
        default: 'roundrobin',
      }),
    ),
    checks: Type.Optional(described(healthChecks, 'how nodes are found healthy or not')),
    hash_on: Type.Optional(
      wordOf(['vars', 'header', 'cookie', 'consumer', 'vars_combinations'], {
        description: 'what key names, for chash',
        default: 'vars',
      }),
    ),
    key: Type.Optional(Type.String({ description: 'name of what chash hashes: a variable, header or cookie' })),
    scheme: Type.Optional(
      wordOf(['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'udp', 'kafka'], {
        description: 'protocol that the nodes speak',
        default: 'http',
      }),
    ),
    labels: Type.Optional(labels),
    discovery_type: Type.Optional(Type.String({ description: 'how nodes are looked up by service_name, such as dns' })),
    discovery_args: Type.Optional(
      withText('what the discovery needs besides', {
        namespace_id: Type.Optional(Type.String({ description: 'namespace, of Nacos' })),
        group_name: Type.Optional(Type.String({ description: 'group of services, of Nacos' })),
      }),
    ),
    pass_host: Type.Optional(
      wordOf(['pass', 'node', 'rewrite'], { description: 'which Host the nodes see', default: 'pass' }),
    ),
    upstream_host: Type.Optional(described(host, 'Host that the nodes see where pass_host is rewrite')),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    service_name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'name by which nodes are looked up; with discovery_type',
      }),
    ),
    id: Type.Optional(id),
  },
  {
    additionalProperties: false,
    oneOf: [{ required: ['nodes'] }, { required: ['service_name', 'discovery_type'] }],
  },
)

export type Upstream = Static<typeof upstream>
