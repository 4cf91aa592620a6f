import type { Logger } from 'pino'
import { BackgroundWork } from '../database/background-work.ts'
import type { Connection } from '../database/connection.ts'
import { LOCKS } from '../database/migrations.ts'

/** How much of the past is kept. Whatever is past either limit goes. Times are milliseconds. */
export interface HistoryWindow {
  /** Revisions whose changes are kept, for standbys that were away. */
  readonly revisions: number
  readonly age: number
  /** Revisions whose writes are known by their ids, so that a repetition is recognised. */
  readonly writeRevisions: number
  readonly writeAge: number
}

export interface CompactionOptions {
  readonly database: string
  readonly window: HistoryWindow
  readonly logger: Logger
  /** Between two looks when nothing is left to remove. @default 10 s */
  readonly every?: number
}

const LOOK_EVERY = 10_000
/** Between two batches, so that writes have the disk in between. */
const PAUSE = 50
/** Rows a transaction: a few milliseconds' work. */
const BATCH = 500

/**
 * Removes the past that nobody needs, as the leader, in small transactions on a connection of its own.
 *
 * Revisions go first, oldest first, and changes only once the revisions they belong to are gone: so a reader that finds
 * the revision it holds finds every change since, and one that does not begins again with a whole configuration. The
 * newest revision stays, and so does the change with the highest index, from which indexes go on. Resources, epochs and
 * hashes are not touched.
 *
 * `looking` → a batch after the other while there is something to remove → `waiting` for the next look. Where a batch
 * fails, or the database has no connection to spare, the next look tries again. Each transaction holds the writers'
 * lock shared, so that none is under way once draining has ended.
 */
export class Compaction {
  readonly #work: BackgroundWork
  readonly #every: number

  constructor({ database, window, logger, every = LOOK_EVERY }: CompactionOptions) {
    this.#every = every
    this.#work = new BackgroundWork({
      database,
      purpose: 'compaction',
      retryAfter: every,
      turn: async (connection) => ((await removeBatch(connection, window)) > 0 ? PAUSE : every),
      failed: (error) => logger.warn({ err: error }, 'history was not compacted'),
    })
  }

  start(): void {
    this.#work.start(this.#every)
  }

  /** No batch begins any more; one that is under way ends, or is rolled back with its connection. */
  stop(): void {
    this.#work.stop()
  }
}

/** One transaction. @returns how many rows it removed */
async function removeBatch({ client }: Connection, window: HistoryWindow): Promise<number> {
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock_shared(${LOCKS.writes})`)
  try {
    let removed = 0
    for (const [name, text, values] of [
      ['remove-revisions', REMOVE_REVISIONS, [BATCH, window.revisions, window.age]],
      ['remove-changes', REMOVE_CHANGES, [BATCH]],
      ['remove-writes', REMOVE_WRITES, [BATCH, window.writeRevisions, window.writeAge]],
    ] as const) {
      const { rows } = await client.query({ name, text, values: [...values] })
      removed += Number(rows[0].removed)
    }
    await client.query('COMMIT')
    return removed
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** `$1` rows at most, past the newest `$2` or `$3` milliseconds. A write of an older release learns its epoch. */
const REMOVE_REVISIONS = `
WITH newest AS (SELECT max(revision) AS revision FROM antipode.revision),
oldest AS (SELECT revision, committed_at FROM antipode.revision ORDER BY revision LIMIT $1),
kept AS (
  SELECT min(oldest.revision) AS revision FROM oldest, newest
  WHERE oldest.revision = newest.revision
    OR (oldest.revision > newest.revision - $2::bigint
        AND committed_at > clock_timestamp() - $3::bigint * interval '1 millisecond')
),
gone AS (
  DELETE FROM antipode.revision AS r USING oldest, kept
  WHERE r.revision = oldest.revision AND (kept.revision IS NULL OR r.revision < kept.revision)
  RETURNING r.revision, r.epoch
),
named AS (
  UPDATE antipode.write AS w SET epoch = gone.epoch FROM gone WHERE w.revision = gone.revision AND w.epoch IS NULL
)
SELECT count(*) AS removed FROM gone`

const REMOVE_CHANGES = `
WITH gone AS (
  DELETE FROM antipode.change
  WHERE modified_index IN (
      SELECT modified_index FROM (
        SELECT modified_index, revision FROM antipode.change ORDER BY modified_index LIMIT $1
      ) AS oldest
      WHERE revision < (SELECT min(revision) FROM antipode.revision)
    )
    AND modified_index < (SELECT max(modified_index) FROM antipode.change)
  RETURNING 1
)
SELECT count(*) AS removed FROM gone`

const REMOVE_WRITES = `
WITH newest AS (SELECT max(revision) AS revision FROM antipode.revision),
gone AS (
  DELETE FROM antipode.write
  WHERE id IN (
    SELECT oldest.id FROM (SELECT id, revision, at FROM antipode.write ORDER BY revision LIMIT $1) AS oldest, newest
    WHERE oldest.revision <= newest.revision - $2::bigint
      OR oldest.at <= clock_timestamp() - $3::bigint * interval '1 millisecond'
  )
  RETURNING 1
)
SELECT count(*) AS removed FROM gone`
