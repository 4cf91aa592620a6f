import { LATENCY_BOUNDS, STATUS_CLASSES } from '../../model/call-report.ts'
import { AntipodeError } from '../../model/errors.ts'
import { type Connection, connect } from '../database/connection.ts'
import { CALL_SUMS, LATENCY_COLUMNS, STATUS_COLUMNS } from './call-sums.ts'

/** What calls can be told apart by in an answer. */
export const BREAKDOWNS = ['index', 'region', 'route', 'service', 'upstream'] as const
export type Breakdown = (typeof BREAKDOWNS)[number]

export interface CallQuestion {
  /** Included; milliseconds since 1970, as `to`, which is not. */
  readonly from: number
  readonly to: number
  /** Seconds that share a point: a number of minutes. */
  readonly step: number
  readonly group: string
  /** Only calls that have these. */
  readonly only: Readonly<Partial<Record<Breakdown, string>>>
  readonly by: Breakdown | undefined
}

/** Calls of one step, or of one step and one value of what they are told apart by. */
export interface CallPoint {
  /** Start of the step, seconds since 1970. */
  readonly time: number
  /** The value of what was asked to tell calls apart by. */
  readonly name?: string
  readonly calls: number
  readonly statuses: Readonly<Record<string, number>>
  readonly ingress: number
  readonly egress: number
  readonly latency: {
    /** Milliseconds. */
    readonly mean: number | null
    /** Estimated from the buckets; milliseconds. */
    readonly p50: number | null
    readonly p95: number | null
    readonly p99: number | null
    /** Calls by the upper ends of buckets, each in one. */
    readonly buckets: Readonly<Record<string, number>>
  }
}

const ANSWER_TIMEOUT = 30_000
const HOUR = 3_600
export const MOST_POINTS = 10_000

/**
 * Asks the region's own database, on a connection of its own: a standby's answers too, as far as it has followed.
 *
 * @throws AntipodeError ANTIPODE_UNAVAILABLE
 */
export async function readCalls(database: string, region: string, question: CallQuestion): Promise<CallPoint[]> {
  let connection: Connection | undefined
  try {
    connection = await connect(database, 'reading reports', ANSWER_TIMEOUT)
    await connection.client.query(`SET statement_timeout = ${ANSWER_TIMEOUT}`)
    const { text, values } = queryFor(question)
    const { rows } = await connection.client.query(text, values)
    return rows.map((row) => pointOf(row, question.by !== undefined))
  } catch (error) {
    const { message: reason } = error as Error
    throw new AntipodeError('ANTIPODE_UNAVAILABLE', { region, reason }, { cause: error })
  } finally {
    await connection?.close()
  }
}

function queryFor({ from, to, step, group, only, by }: CallQuestion): { text: string; values: unknown[] } {
  const values: unknown[] = [new Date(from), new Date(to), group, step]
  const conditions = ['at >= $1', 'at < $2', 'gateway_group = $3']
  for (const name of BREAKDOWNS) {
    if (only[name] !== undefined) conditions.push(`${name} = $${values.push(only[name])}`)
  }
  const table = step % HOUR === 0 ? 'calls_by_hour' : 'calls_by_minute'
  const sums = CALL_SUMS.map((column) => `sum(${column})::float8 AS ${column}`).join(', ')
  const text = `SELECT floor(extract(epoch FROM at) / $4) * $4 AS step, ${by ? `${by} AS name, ` : ''}${sums}
    FROM antipode.${table} WHERE ${conditions.join(' AND ')}
    GROUP BY step${by ? ', name' : ''} ORDER BY step${by ? ', calls DESC, name' : ''} LIMIT ${MOST_POINTS}`
  return { text, values }
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver gives it
function pointOf(row: any, isNamed: boolean): CallPoint {
  const latency = LATENCY_COLUMNS.map((column) => Number(row[column]))
  const calls = Number(row.calls)
  const named = (names: readonly string[], counts: readonly number[]) =>
    Object.fromEntries(names.map((name, place) => [name, counts[place]!]))
  return {
    time: Number(row.step),
    ...(isNamed && { name: row.name }),
    calls,
    statuses: named(
      STATUS_CLASSES,
      STATUS_COLUMNS.map((column) => Number(row[column])),
    ),
    ingress: Number(row.ingress),
    egress: Number(row.egress),
    latency: {
      mean: calls === 0 ? null : Math.round((row.time / calls) * 1000) / 1000,
      p50: quantile(latency, 0.5),
      p95: quantile(latency, 0.95),
      p99: quantile(latency, 0.99),
      buckets: named([...LATENCY_BOUNDS.map(String), 'more'], latency),
    },
  }
}

/** Within its bucket a call may lie anywhere; in the last one, which has no end, at its beginning. */
export function quantile(buckets: readonly number[], share: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let below = 0
  for (const [place, count] of buckets.entries()) {
    if (count > 0 && below + count >= share * total) {
      const from = place === 0 ? 0 : LATENCY_BOUNDS[place - 1]!
      const to = LATENCY_BOUNDS[place] ?? from
      return Math.round((from + (to - from) * ((share * total - below) / count)) * 1000) / 1000
    }
    below += count
  }
  return null
}
