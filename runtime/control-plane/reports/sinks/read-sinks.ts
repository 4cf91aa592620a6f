import { AntipodeError } from '../../../model/errors.ts'
import type { ReportSinkSettings } from '../../../model/report-sink-settings.ts'
import { type Connection, connect } from '../../database/connection.ts'

/** How a sink is, as any control plane of the region reads it in the database. */
export interface SinkState {
  readonly name: string
  readonly type: ReportSinkSettings['type']
  readonly waiting: {
    readonly batches: number
    readonly calls: number
    /** As the database holds them. */
    readonly bytes: number
    /** ISO 8601; null where nothing waits. */
    readonly oldest: string | null
  }
  readonly deliveredCalls: number
  readonly droppedCalls: number
  /** Why the last delivery failed, or what was dropped last; null since it went well. */
  readonly error: { readonly message: string; readonly at: string } | null
}

const ANSWER_TIMEOUT = 10_000

/** @throws AntipodeError ANTIPODE_UNAVAILABLE */
export async function readSinks(
  database: string,
  region: string,
  sinks: readonly ReportSinkSettings[],
): Promise<SinkState[]> {
  let connection: Connection | undefined
  try {
    connection = await connect(database, 'reading sinks', ANSWER_TIMEOUT)
    const { rows } = await connection.client.query(SINKS, [sinks.map(({ name }) => name)])
    return sinks.map(({ name, type }) =>
      stateOf(
        name,
        type,
        rows.find(({ sink }) => sink === name),
      ),
    )
  } catch (error) {
    const { message: reason } = error as Error
    throw new AntipodeError('ANTIPODE_UNAVAILABLE', { region, reason }, { cause: error })
  } finally {
    await connection?.close()
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver gives it
function stateOf(name: string, type: SinkState['type'], row: any): SinkState {
  const { batches, calls, bytes, oldest } = row
  return {
    ...{ name, type },
    waiting: {
      batches: Number(batches),
      calls: Number(calls),
      bytes: Number(bytes),
      oldest: oldest?.toISOString() ?? null,
    },
    deliveredCalls: Number(row.delivered_calls),
    droppedCalls: Number(row.dropped_calls),
    error: row.error === null ? null : { message: row.error, at: row.error_at.toISOString() },
  }
}

const SINKS = `
SELECT named.sink, count(o.number) AS batches, coalesce(sum(o.calls), 0) AS calls,
  coalesce(sum(pg_column_size(o.rows)), 0) AS bytes, min(o.at) AS oldest,
  coalesce(max(s.delivered_calls), 0) AS delivered_calls, coalesce(max(s.dropped_calls), 0) AS dropped_calls,
  max(s.error) AS error, max(s.error_at) AS error_at
FROM unnest($1::text[]) AS named (sink)
LEFT JOIN antipode.report_outbox AS o ON o.sink = named.sink
LEFT JOIN antipode.report_sink AS s ON s.sink = named.sink
GROUP BY named.sink`
