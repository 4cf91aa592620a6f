import { type Static, Type } from 'typebox'

/**
 * What a data plane tells of the calls it served, on `POST /reports`: how many, how they ended, how long they took and
 * how much they carried, by route, service and upstream. Nothing of a request or an answer is in it, and nothing of who
 * called.
 *
 * A report is sent again until it is accepted; `run` and `sequence` name it, so that it is taken in once. It travels and
 * waits as one gzip member of JSON.
 */

/** Upper ends of the buckets of latency in milliseconds, each included; a last one has none. They are APISIX's. */
export const LATENCY_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const
export const LATENCY_BUCKETS = LATENCY_BOUNDS.length + 1

/** By the first digit of the status; `none` where the client left before there was one. */
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'] as const

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** An id as the Admin API takes it; empty where there is none: no route matched, or an upstream without an id. */
const id = Type.String({ maxLength: 256, pattern: '^[^\\u0000]*$' })
const name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })

export const ReportedCalls = Type.Object({
  route: id,
  service: id,
  upstream: id,
  calls: count,
  /** In the order of `STATUS_CLASSES`. */
  statuses: Type.Array(count, { minItems: STATUS_CLASSES.length, maxItems: STATUS_CLASSES.length }),
  /** Bytes that clients sent, heads and bodies. */
  ingress: count,
  /** Bytes that clients were sent. */
  egress: count,
  /** Milliseconds that the calls took, added up: each from its request's head to the end of its answer. */
  time: Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Calls by how long they took, each in one bucket. */
  latency: Type.Array(count, { minItems: LATENCY_BUCKETS, maxItems: LATENCY_BUCKETS }),
})
export type ReportedCalls = Static<typeof ReportedCalls>

export const CallReport = Type.Object({
  format: Type.Literal(1),
  /** The instance that served the calls; null where it had not registered yet. */
  instance: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
  /** Names one life of a data plane's process. */
  run: Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
  /** From 1, one higher with each report of a run. */
  sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** Where the calls are counted, within the gateway group. */
  index: name,
  region: name,
  /** The minute in which the calls ended, by the data plane's clock: milliseconds since 1970. */
  minute: Type.Integer({ minimum: 0, maximum: 8.64e15, multipleOf: 60_000 }),
  rows: Type.Array(ReportedCalls, { maxItems: 10_000 }),
  /** What this data plane had no room for, and dropped, since it last said so. */
  dropped: Type.Object({ reports: count, calls: count }),
})
export type CallReport = Static<typeof CallReport>

/** Of a report, compressed. A data plane's own are far smaller. */
export const MOST_REPORT_BYTES = 1_048_576
/** Of a report once it is unpacked. */
export const MOST_UNPACKED_BYTES = 16_777_216
/** Milliseconds after which a report is of no use to anybody, and is refused. */
export const OLDEST_REPORT = 7 * 86_400_000
