import type { Logger } from 'pino'
import type { CallReport } from '../../model/call-report.ts'
import { AntipodeError } from '../../model/errors.ts'
import { type Connection, connect, isServerError } from '../database/connection.ts'
import { LOCKS } from '../database/migrations.ts'
import { asRow, CALL_KEYS, CALL_SUMS, type CallSum, CallSums } from './call-sums.ts'

export interface ReportIntakeOptions {
  readonly region: string
  /** Connection string. */
  readonly database: string
  readonly logger: Logger
  /** Names of the sinks that are told of everything taken in. */
  readonly sinks: readonly string[]
  /** Called after each transaction. */
  readonly onTaken?: () => void
}

interface Waiting {
  readonly group: string
  readonly report: CallReport
  readonly taken: () => void
  readonly failed: (error: Error) => void
}

/** Rows that wait at most; whoever brings more is asked to come again. */
const MOST_WAITING = 100_000
/** Rows of one transaction, which is then over within tens of milliseconds. */
const MOST_AT_ONCE = 5_000
const ANSWER_TIMEOUT = 10_000
/** Whoever takes over the region waits for a transaction that is under way, and so not for one that is forgotten. */
const IDLE_TIMEOUT = 1_000
/** The class of SQLSTATE in which a value is at fault. */
const DATA_EXCEPTION = '22'
const MINUTE = 60_000
const HOUR = 3_600_000

/**
 * Takes reports into the database, each once, however often it comes.
 *
 * Reports never go the way of writes: they have a connection of their own, wait for no confirmation and not even for the
 * disk (`synchronous_commit = off`), and share a transaction with all that came meanwhile. So a database that crashes may
 * lose the last half second of what was accepted, and a failover what had not been replicated; a write never waits for
 * one. A report's id is written with its counts: the same report is found there and passed over.
 */
export class ReportIntake {
  readonly #options: ReportIntakeOptions
  #waiting: Waiting[] = []
  #waitingRows = 0
  #working: Promise<void> | undefined
  #connection: Connection | undefined
  #isClosed = false
  /** Since the process started. */
  readonly counts = { taken: 0, repeated: 0, busy: 0, droppedCalls: 0 }

  constructor(options: ReportIntakeOptions) {
    this.#options = options
  }

  /**
   * Resolves once the report is in the sums.
   *
   * @throws AntipodeError ANTIPODE_BUSY, ANTIPODE_REPORT_REFUSED, ANTIPODE_UNAVAILABLE
   */
  take(group: string, report: CallReport): Promise<void> {
    const { region } = this.#options
    if (this.#isClosed) return Promise.reject(new AntipodeError('ANTIPODE_UNAVAILABLE', { region, reason: 'it stops' }))
    if (this.#waitingRows + report.rows.length > MOST_WAITING) {
      this.counts.busy += 1
      return Promise.reject(new AntipodeError('ANTIPODE_BUSY', { region, waiting: this.#waitingRows }))
    }
    this.#waitingRows += report.rows.length
    const taken = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ group, report, taken: resolve, failed: reject })
    })
    this.#working ??= this.#work()
    return taken
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#working
    await this.#connection?.close()
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#settle(this.#nextBatch())
    this.#working = undefined
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#takeIn(batch)
      for (const { taken } of batch) taken()
      this.#options.onTaken?.()
    } catch (error) {
      // What the database cannot count, such as a sum past every number, must not take the others along.
      const isWrong = isServerError(error) && error.code.startsWith(DATA_EXCEPTION)
      if (isWrong && batch.length > 1) {
        for (const one of batch) await this.#settle([one])
        return
      }
      const { message: reason } = error as Error
      if (!isWrong) this.#disconnect()
      const failure = isWrong
        ? new AntipodeError('ANTIPODE_REPORT_REFUSED', { reason }, { cause: error })
        : new AntipodeError('ANTIPODE_UNAVAILABLE', { region: this.#options.region, reason }, { cause: error })
      for (const { failed } of batch) failed(failure)
    }
  }

  #disconnect(): void {
    void this.#connection?.close()
    this.#connection = undefined
  }

  #nextBatch(): Waiting[] {
    let rows = 0
    let count = 0
    for (const { report } of this.#waiting) {
      rows += report.rows.length
      count += 1
      if (rows >= MOST_AT_ONCE) break
    }
    this.#waitingRows -= rows
    return this.#waiting.splice(0, count)
  }

  async #takeIn(batch: readonly Waiting[]): Promise<void> {
    this.#connection ??= await this.#connect()
    const { client } = this.#connection
    // No write is under way once draining has ended, and neither is this.
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock_shared(${LOCKS.writes})`)
    try {
      const ids = batch.map(({ group, report: { run, sequence } }) => ({ gateway_group: group, run, sequence }))
      const { rows } = await client.query(INSERT_IDS, [JSON.stringify(ids)])
      const isNew = new Set(rows.map(({ gateway_group, run, sequence }) => idOf(gateway_group, run, sequence)))
      const [minutes, hours] = [new CallSums(MINUTE), new CallSums(HOUR)]
      const now = Date.now()
      let [taken, droppedCalls] = [0, 0]
      for (const { group, report } of batch) {
        // Twice in one batch is once as well.
        if (!isNew.delete(idOf(group, report.run, report.sequence))) continue
        taken += 1
        droppedCalls += report.dropped.calls
        for (const sums of [minutes, hours]) sums.add(group, report, now)
      }
      if (minutes.size > 0) {
        await client.query(ADD_TO.minute, [rowsOf(minutes.list())])
        await client.query(ADD_TO.hour, [rowsOf(hours.list())])
        await this.#fillOutbox(client, minutes.list())
      }
      await client.query('COMMIT')
      this.counts.taken += taken
      this.counts.repeated += batch.length - taken
      this.counts.droppedCalls += droppedCalls
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {})
      throw error
    }
  }

  async #fillOutbox(client: Connection['client'], sums: readonly CallSum[]): Promise<void> {
    const { sinks } = this.#options
    if (sinks.length === 0) return
    const calls = sums.reduce((total, { sums: [count = 0] }) => total + count, 0)
    await client.query(FILL_OUTBOX, [calls, JSON.stringify(sums), sinks])
  }

  async #connect(): Promise<Connection> {
    const connection = await connect(this.#options.database, 'reports', ANSWER_TIMEOUT)
    await connection.client.query(
      `SET synchronous_commit = off; SET statement_timeout = ${ANSWER_TIMEOUT / 2};
       SET idle_in_transaction_session_timeout = ${IDLE_TIMEOUT}`,
    )
    // One that breaks while nothing comes is not found out by the next report.
    connection.lost.catch(() => {
      if (this.#connection === connection) this.#connection = undefined
    })
    return connection
  }
}

function idOf(group: string, run: string, sequence: number | string): string {
  return `${group} ${run} ${sequence}`
}

function rowsOf(sums: readonly CallSum[]): string {
  return JSON.stringify(sums.map(asRow))
}

const INSERT_IDS = `
INSERT INTO antipode.report (gateway_group, run, sequence)
SELECT gateway_group, run, sequence FROM json_populate_recordset(NULL::antipode.report, $1)
ON CONFLICT DO NOTHING RETURNING gateway_group, run, sequence`

const FILL_OUTBOX = `
INSERT INTO antipode.report_outbox (id, sink, calls, rows)
SELECT gen_random_uuid(), sink, $1, $2 FROM unnest($3::text[]) AS sink`

const ADD_TO = { minute: addTo('calls_by_minute'), hour: addTo('calls_by_hour') }

/** Rows that are there grow in place: no index holds what changes, and pages have room. */
function addTo(table: string): string {
  const columns = [...CALL_KEYS, ...CALL_SUMS].join(', ')
  const sums = CALL_SUMS.map((column) => `${column} = known.${column} + excluded.${column}`).join(', ')
  return `INSERT INTO antipode.${table} AS known (${columns})
    SELECT ${columns} FROM json_populate_recordset(NULL::antipode.${table}, $1)
    ON CONFLICT (${CALL_KEYS.join(', ')}) DO UPDATE SET ${sums}`
}
