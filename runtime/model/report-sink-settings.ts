import { type Static, Type } from 'typebox'

/**
 * Where a control plane sends on the calls that data planes report, as `antipode.reports.sinks` of `config.yaml` names
 * them; of each kind any number.
 */
const name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })
const url = Type.String({ pattern: '^https?://.+' })
const headers = Type.Optional(Type.Record(Type.String(), Type.String()))
const login = { username: Type.Optional(Type.String()), password: Type.Optional(Type.String()) }
const closed = { additionalProperties: false } as const

export const KafkaSettings = Type.Object(
  {
    name,
    type: Type.Literal('kafka'),
    /** `host:port` of some of the brokers. */
    brokers: Type.Array(Type.String({ pattern: '^.+:[0-9]+$' }), { minItems: 1 }),
    /** @default 'antipode-calls' */
    topic: Type.Optional(Type.String({ minLength: 1, maxLength: 249 })),
    /** Speak TLS, trusting the system's authorities. @default false */
    tls: Type.Optional(Type.Boolean()),
    /** SASL; with a user the mechanism is SCRAM-SHA-512 unless said otherwise. */
    mechanism: Type.Optional(Type.Enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])),
    ...login,
  },
  closed,
)
const documents = {
  name,
  node: url,
  /** The day follows: `antipode-calls-2026.11.21`. @default 'antipode-calls' */
  index: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,200}$' })),
  ...login,
}
export const ElasticsearchSettings = Type.Object(
  { ...documents, type: Type.Literal('elasticsearch'), api_key: Type.Optional(Type.String()) },
  closed,
)
export const OpensearchSettings = Type.Object({ ...documents, type: Type.Literal('opensearch') }, closed)
export const PrometheusSettings = Type.Object(
  { name, type: Type.Literal('prometheus-remote-write'), url, headers, ...login },
  closed,
)
export const OtlpSettings = Type.Object({ name, type: Type.Literal('otlp'), url, headers }, closed)

export const ReportSinkSettings = Type.Union([
  KafkaSettings,
  ElasticsearchSettings,
  OpensearchSettings,
  PrometheusSettings,
  OtlpSettings,
])
export type KafkaSettings = Static<typeof KafkaSettings>
export type ElasticsearchSettings = Static<typeof ElasticsearchSettings>
export type OpensearchSettings = Static<typeof OpensearchSettings>
export type PrometheusSettings = Static<typeof PrometheusSettings>
export type OtlpSettings = Static<typeof OtlpSettings>
export type ReportSinkSettings = Static<typeof ReportSinkSettings>
