import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Connection, connect } from '../../database/connection.ts'
import type { CallSum } from '../call-sums.ts'
import { type ReportSink, type SinkBatch, SinkRefusal } from './report-sink.ts'

/** How much waits for a sink at most. */
export interface OutboxBounds {
  /** Bytes in the database, as it holds them. */
  readonly size: number
  /** Milliseconds. */
  readonly age: number
}

export interface SinkDeliveryOptions {
  readonly name: string
  /** Connection string. */
  readonly database: string
  readonly bounds: OutboxBounds
  readonly sink: ReportSink
  /** Whether this control plane is the one that delivers. */
  readonly mayDeliver: () => boolean
  readonly logger: Logger
}

/** Batches of one delivery: those of several seconds, where all goes well. */
const AT_ONCE = 20
const ANSWER_TIMEOUT = 10_000
/** Milliseconds. Between two looks without news, and between two tries of a sink that is down. */
const LOOK_EVERY = 5_000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000

/**
 * Delivers to one sink what waits for it in the database, the oldest first, for as long as this control plane leads the
 * region that writes.
 *
 * `waiting` for news → `delivering` → removed from the outbox; where the sink fails, `pausing`, longer each time, and the
 * same again. What the sink refuses for good is dropped; so is, past the bounds, the oldest. Both are counted, in the
 * database: it is what a leader that takes over goes on from.
 */
export class SinkDelivery {
  readonly #options: SinkDeliveryOptions
  readonly #stop = new AbortController()
  #news = new AbortController()
  #pause = FIRST_PAUSE
  #connection: Connection | undefined
  readonly #running: Promise<void>
  /** As this control plane has seen it. */
  readonly counts = { deliveredCalls: 0, droppedCalls: 0 }

  constructor(options: SinkDeliveryOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  /** Something may wait. */
  notice(): void {
    this.#news.abort()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#options.sink.close().catch(() => {})
    await this.#connection?.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const isMore = this.#options.mayDeliver() && (await this.#deliverNext())
        this.#pause = FIRST_PAUSE
        if (!isMore) await this.#sleep(LOOK_EVERY, this.#news.signal)
        if (this.#news.signal.aborted) this.#news = new AbortController()
      } catch (error) {
        await this.#noteFailure(error as Error)
        await this.#sleep(this.#pause * (0.5 + Math.random()))
        this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2)
      }
    }
  }

  /** @returns whether more may wait */
  async #deliverNext(): Promise<boolean> {
    const { name, sink, logger } = this.#options
    const client = await this.#database()
    await this.#keepBounds()
    const { rows } = await client.query({ name: 'next-batches', text: NEXT_BATCHES, values: [name, AT_ONCE] })
    if (rows.length === 0) return false
    const numbers = rows.map(({ number }) => number)
    const batches = rows.map(({ id, at, rows: text }): SinkBatch => {
      return { id, at: at.getTime(), rows: JSON.parse(text) as CallSum[] }
    })
    try {
      await sink.deliver(batches)
      await client.query(DELIVERED, [name, numbers])
      this.counts.deliveredCalls += callsOf(rows)
    } catch (error) {
      if (!(error instanceof SinkRefusal)) throw error
      logger.error({ sink: name, reason: error.message, batches: rows.length }, 'a sink refuses reports for good')
      await client.query(DROPPED, [name, numbers, error.message.slice(0, 500)])
      this.counts.droppedCalls += callsOf(rows)
    }
    return true
  }

  async #keepBounds(): Promise<void> {
    const { name, bounds, logger } = this.#options
    const client = await this.#database()
    const { rows } = await client.query({
      ...{ name: 'past-bounds', text: PAST_BOUNDS, values: [name, bounds.size, bounds.age / 1000] },
    })
    if (rows.length === 0) return
    const reason = 'more waited than the bounds of the outbox allow'
    logger.error({ sink: name, batches: rows.length, calls: callsOf(rows) }, `reports are dropped: ${reason}`)
    await client.query(DROPPED, [name, rows.map(({ number }) => number), reason])
    this.counts.droppedCalls += callsOf(rows)
  }

  async #noteFailure(error: Error): Promise<void> {
    const { name, logger } = this.#options
    logger.warn({ sink: name, reason: error.message }, 'reports were not delivered')
    try {
      // A sink that is down must not keep the outbox from its bounds.
      await this.#keepBounds()
      const client = await this.#database()
      await client.query(FAILED, [name, error.message.slice(0, 500)])
    } catch {
      void this.#connection?.close()
      this.#connection = undefined
    }
  }

  async #database(): Promise<Connection['client']> {
    if (!this.#connection) {
      const connection = await connect(this.#options.database, `sink ${this.#options.name}`, ANSWER_TIMEOUT)
      connection.lost.catch(() => {
        if (this.#connection === connection) this.#connection = undefined
      })
      await connection.client.query('SET synchronous_commit = off')
      this.#connection = connection
    }
    return this.#connection.client
  }

  async #sleep(milliseconds: number, news?: AbortSignal): Promise<void> {
    const signal = news ? AbortSignal.any([news, this.#stop.signal]) : this.#stop.signal
    await delay(milliseconds, undefined, { signal }).catch(() => {})
  }
}

function callsOf(rows: readonly { calls: string }[]): number {
  return rows.reduce((sum, { calls }) => sum + Number(calls), 0)
}

const NEXT_BATCHES = `
SELECT number, id, at, calls, rows FROM antipode.report_outbox WHERE sink = $1 ORDER BY number LIMIT $2`

const DELIVERED = `
WITH gone AS (DELETE FROM antipode.report_outbox WHERE sink = $1 AND number = ANY ($2::bigint[]) RETURNING calls)
INSERT INTO antipode.report_sink AS known (sink, delivered_calls) SELECT $1, coalesce(sum(calls), 0) FROM gone
ON CONFLICT (sink) DO UPDATE
SET delivered_calls = known.delivered_calls + excluded.delivered_calls, error = NULL, error_at = NULL`

const DROPPED = `
WITH gone AS (DELETE FROM antipode.report_outbox WHERE sink = $1 AND number = ANY ($2::bigint[]) RETURNING calls)
INSERT INTO antipode.report_sink AS known (sink, dropped_calls, dropped_batches, error, error_at)
SELECT $1, coalesce(sum(calls), 0), count(*), $3, clock_timestamp() FROM gone
ON CONFLICT (sink) DO UPDATE
SET dropped_calls = known.dropped_calls + excluded.dropped_calls,
  dropped_batches = known.dropped_batches + excluded.dropped_batches,
  error = excluded.error, error_at = excluded.error_at`

const FAILED = `
INSERT INTO antipode.report_sink (sink, error, error_at) VALUES ($1, $2, clock_timestamp())
ON CONFLICT (sink) DO UPDATE SET error = excluded.error, error_at = excluded.error_at`

/** The newest stay, as long as they fit. */
const PAST_BOUNDS = `
SELECT number, calls FROM (
  SELECT number, calls, at, sum(pg_column_size(rows)) OVER (ORDER BY number DESC) AS held
  FROM antipode.report_outbox WHERE sink = $1
) AS waiting
WHERE held > $2::bigint OR at < clock_timestamp() - $3::float8 * interval '1 second'
ORDER BY number`
