import { type Static, Type } from 'typebox'
import { description, host, id, labels, name, pemOrReference, plugins, port, timeout } from './fields.ts'
import { upstream, upstreamFields } from './upstream-schema.ts'

/**
 * The file format of ADC 0.28, the declarative command line of Apache APISIX and API7: what `antipode lint` accepts.
 * Nothing unknown is let through, so that a misspelt field is an error and not a setting that silently does nothing.
 */

const strict = { additionalProperties: false }

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'PURGE'] as const

/** The plugins that a credential may be for. */
export const CREDENTIAL_TYPES = ['key-auth', 'basic-auth', 'jwt-auth', 'hmac-auth'] as const

const wordOf = <Word extends string>(words: readonly Word[], options: object = {}) =>
  Type.Unsafe<Word>({ type: 'string', enum: [...words], ...options })

export const route = Type.Object(
  {
    id: Type.Optional(id),
    name,
    description,
    labels,
    hosts: Type.Optional(Type.Array(host)),
    uris: Type.Array(Type.String(), { minItems: 1 }),
    priority: Type.Optional(Type.Integer()),
    timeout: Type.Optional(timeout),
    vars: Type.Optional(Type.Array(Type.Unknown())),
    methods: Type.Optional(Type.Array(wordOf(METHODS), { minItems: 1 })),
    enable_websocket: Type.Optional(Type.Boolean()),
    remote_addrs: Type.Optional(Type.Array(Type.String({ format: 'address-or-range' }))),
    plugins: Type.Optional(plugins),
    filter_func: Type.Optional(Type.String()),
  },
  strict,
)
export type AdcRoute = Static<typeof route>

export const streamRoute = Type.Object(
  {
    id: Type.Optional(id),
    name,
    description,
    labels,
    plugins: Type.Optional(plugins),
    remote_addr: Type.Optional(Type.String()),
    server_addr: Type.Optional(Type.String()),
    server_port: Type.Optional(port),
    sni: Type.Optional(host),
  },
  strict,
)
export type AdcStreamRoute = Static<typeof streamRoute>

/** An upstream beside a service's own, for traffic that a plugin splits. */
const namedUpstream = Type.Object({ ...upstreamFields, id: Type.Optional(id), name }, strict)
export type AdcNamedUpstream = Static<typeof namedUpstream>

export const service = Type.Object(
  {
    id: Type.Optional(id),
    name,
    description,
    labels,
    upstream: Type.Optional(upstream),
    upstreams: Type.Optional(Type.Array(namedUpstream)),
    plugins: Type.Optional(plugins),
    path_prefix: Type.Optional(Type.String({ pattern: '^(/|$)', description: 'a path that starts with /' })),
    strip_path_prefix: Type.Optional(Type.Boolean()),
    hosts: Type.Optional(Type.Array(host)),
    routes: Type.Optional(Type.Array(route)),
    stream_routes: Type.Optional(Type.Array(streamRoute)),
  },
  strict,
)
export type AdcService = Static<typeof service>

export const ssl = Type.Object(
  {
    id: Type.Optional(id),
    labels,
    type: Type.Optional(wordOf(['server', 'client'], { default: 'server' })),
    snis: Type.Array(host, { minItems: 1 }),
    certificates: Type.Array(Type.Object({ certificate: pemOrReference(128), key: pemOrReference(32) }, strict), {
      minItems: 1,
    }),
    client: Type.Optional(
      Type.Object(
        {
          ca: pemOrReference(128),
          depth: Type.Optional(Type.Integer({ minimum: 0, default: 1 })),
          skip_mtls_uri_regex: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
        },
        strict,
      ),
    ),
    ssl_protocols: Type.Optional(Type.Array(wordOf(['TLSv1.1', 'TLSv1.2', 'TLSv1.3']), { minItems: 1 })),
  },
  strict,
)
export type AdcSsl = Static<typeof ssl>

const credential = Type.Object(
  {
    id: Type.Optional(id),
    name,
    description,
    labels,
    type: wordOf(CREDENTIAL_TYPES),
    config: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' }),
  },
  strict,
)
export type AdcCredential = Static<typeof credential>

export const consumer = Type.Object(
  {
    username: name,
    description,
    labels,
    plugins: Type.Optional(plugins),
    credentials: Type.Optional(Type.Array(credential)),
  },
  strict,
)
export type AdcConsumer = Static<typeof consumer>

export const consumerGroup = Type.Object(
  {
    id: Type.Optional(id),
    name,
    description,
    labels,
    plugins,
    consumers: Type.Optional(Type.Array(consumer)),
  },
  strict,
)
export type AdcConsumerGroup = Static<typeof consumerGroup>

/** A whole file, or several merged. */
export const adcFile = Type.Object(
  {
    services: Type.Optional(Type.Array(service)),
    ssls: Type.Optional(Type.Array(ssl)),
    consumers: Type.Optional(Type.Array(consumer)),
    consumer_groups: Type.Optional(Type.Array(consumerGroup)),
    global_rules: Type.Optional(plugins),
    plugin_metadata: Type.Optional(plugins),
  },
  strict,
)
export type AdcConfiguration = Static<typeof adcFile>
