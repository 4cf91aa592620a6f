import type { Logger } from 'pino'
import { AntipodeError } from '../../model/errors.ts'
import { BackgroundWork } from '../database/background-work.ts'
import type { Connection } from '../database/connection.ts'
import { LOCKS } from '../database/migrations.ts'
import { prefixOf } from './data-key.ts'
import type { Keyring } from './keyring.ts'
import { SEALED_TABLES, type SealedTable } from './sealed-tables.ts'

export interface ReEncryptionOptions {
  readonly database: string
  readonly keyring: Keyring
  /** Returns once everything is in the database that was under way when it was called. */
  readonly barrier: () => Promise<void>
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn'>
  /** Milliseconds between two looks for a new data key. @default 2 s */
  readonly every?: number
}

const LOOK_EVERY = 2_000
/** Between two pages that were sealed anew, so that writes have the disk in between. */
const PAUSE = 20
/** Rows a page: at the largest that a body may be, 150 MB. */
const PAGE = 100

/**
 * Seals with the newest data key what an earlier one sealed, or none, as the leader, while writes go on.
 *
 * `looking` for a data key that is not settled → everything under way is let into the database, since it may have been
 * sealed before → `passing` over every table, page by page, until a pass finds nothing to do → earlier data keys are
 * removed and this one is `settled`. It can break off anywhere: what is done stays done, and the next leader's pass
 * finds the rest.
 *
 * A row is exchanged only where it still holds what was read, and one that somebody is writing is left to the next pass:
 * nobody waits for a row that another holds, so that no write fails of a deadlock. Values stay the same, so that neither
 * revisions nor hashes change. Each statement holds the writers' lock shared, so that none is under way once draining
 * has ended.
 */
export class ReEncryption {
  readonly #options: ReEncryptionOptions
  readonly #work: BackgroundWork

  constructor(options: ReEncryptionOptions) {
    const { database, logger, every = LOOK_EVERY } = options
    this.#options = options
    this.#work = new BackgroundWork({
      database,
      purpose: 'keyring',
      retryAfter: every,
      turn: async (connection, signal) => {
        await this.#settle(connection, signal)
        return every
      },
      failed: (error) => {
        // That nothing can be written for a while is said elsewhere.
        const level = error instanceof AntipodeError && error.code.startsWith('ANTIPODE_') ? 'debug' : 'warn'
        logger[level]({ err: error }, 'not everything is sealed with the newest key')
      },
    })
  }

  start(): void {
    if (this.#options.keyring.wrappingKeys.length > 0) this.#work.start(0)
  }

  stop(): void {
    this.#work.stop()
  }

  async #settle(connection: Connection, signal: AbortSignal): Promise<void> {
    const { keyring, barrier, logger } = this.#options
    const { client } = connection
    await keyring.learn(client)
    const { rows } = await client.query('SELECT id FROM antipode.data_key WHERE id = $1 AND settled_at IS NULL', [
      keyring.current,
    ])
    if (rows.length === 0) return
    const key: string = rows[0].id
    await barrier()
    let sealed = 0
    for (;;) {
      let found = 0
      for (const table of SEALED_TABLES) found += await this.#pass(connection, table, key, signal)
      signal.throwIfAborted()
      if (found === 0) break
      sealed += found
    }
    await client.query(SETTLE, [key])
    logger.info({ key, values: sealed }, 'everything is sealed with the newest data key')
  }

  /** @returns how many rows were found that another key had sealed, or none */
  async #pass({ client }: Connection, table: SealedTable, key: string, signal: AbortSignal): Promise<number> {
    const { keyring } = this.#options
    let found = 0
    for (let after = table.first; ; ) {
      signal.throwIfAborted()
      const { rows } = await client.query(table.page, [...after, `${prefixOf(key)}%`, PAGE])
      if (rows.length === 0) return found
      after = table.keyOf(rows.at(-1))
      const others = rows.filter(({ text }) => text !== null)
      if (others.length === 0) continue
      found += others.length
      await keyring.prepare(
        client,
        others.map(({ text }) => text),
      )
      const anew = others.map((row) => {
        const place = table.placeOf(row)
        return keyring.seal(place, keyring.open(place, row.text))
      })
      const keys = table.first.map((_, column) => others.map((row) => table.keyOf(row)[column]))
      await client.query(table.exchange(LOCKS.writes), [...keys, others.map(({ text }) => text), anew])
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  }
}

/** A key that came meanwhile is newer, and stays. */
const SETTLE = `
WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${LOCKS.writes})),
settled AS (
  UPDATE antipode.data_key SET settled_at = clock_timestamp() FROM lock WHERE id = $1 RETURNING number
)
DELETE FROM antipode.data_key AS d USING settled WHERE d.number < settled.number`
