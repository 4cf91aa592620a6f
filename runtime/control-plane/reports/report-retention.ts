import type { Logger } from 'pino'
import { OLDEST_REPORT } from '../../model/call-report.ts'
import { connect } from '../database/connection.ts'

/** How long sums are kept. Seconds. */
export interface ReportRetention {
  readonly minutes: number
  readonly hours: number
}

const LOOK_EVERY = 600_000
const ANSWER_TIMEOUT = 10_000
const REMOVED_AT_ONCE = 2_000
/** Ids stay as long as a report may come again, and a day more. */
const IDS_KEPT = OLDEST_REPORT / 1000 + 86_400

/**
 * Removes sums that are past their time, a few thousand at a time, so that no transaction is long and no lock is held
 * that anybody waits for. Deletion by time reads the primary key from its start; the space is used again by newer rows.
 */
export class RetentionOfReports {
  readonly #options: { readonly database: string; readonly retention: ReportRetention; readonly logger: Logger }
  readonly #timer: NodeJS.Timeout

  /** @param mayWrite whether this control plane leads a region that may write */
  constructor(
    options: { readonly database: string; readonly retention: ReportRetention; readonly logger: Logger },
    mayWrite: () => boolean,
  ) {
    this.#options = options
    this.#timer = setInterval(() => {
      if (!mayWrite()) return
      this.forget().catch((error: Error) => options.logger.warn({ err: error }, 'old reports were not removed'))
    }, LOOK_EVERY).unref()
  }

  /** @returns how many rows went */
  async forget(now = Date.now()): Promise<number> {
    const { database, retention } = this.#options
    const connection = await connect(database, 'retention of reports', ANSWER_TIMEOUT)
    try {
      await connection.client.query('SET synchronous_commit = off')
      let removed = 0
      for (const [table, kept] of [
        ['calls_by_minute', retention.minutes],
        ['calls_by_hour', retention.hours],
        ['report', IDS_KEPT],
      ] as const) {
        const before = new Date(now - kept * 1000)
        for (let count = REMOVED_AT_ONCE; count === REMOVED_AT_ONCE; removed += count) {
          const { rowCount } = await connection.client.query(removeFrom(table), [before])
          count = rowCount ?? 0
        }
      }
      return removed
    } finally {
      await connection.close()
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

function removeFrom(table: string): string {
  return `DELETE FROM antipode.${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM antipode.${table} WHERE at < $1 LIMIT ${REMOVED_AT_ONCE}))`
}
