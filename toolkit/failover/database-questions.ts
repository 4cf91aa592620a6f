import { Client } from 'pg'
import { LOGICAL_REPLICATION } from '../../runtime/model/logical-replication.ts'
import type { FailoverRegion } from './failover-driver.ts'

/** A write that stands in one database only. */
export interface OrphanWrite {
  readonly id: string
  readonly epoch: number
  readonly revision: number
  /** `local`: it was acknowledged as soon as it was on that disk. `confirmed`: it never was. */
  readonly durability: 'local' | 'confirmed'
  readonly at: string
}

export interface OrphanChange {
  readonly revision: number
  readonly type: string
  readonly id: string
  /** The resource as JSON text; null for a removal. */
  readonly value: string | null
}

export interface Orphans {
  readonly region: string
  readonly writes: readonly OrphanWrite[]
  readonly changes: readonly OrphanChange[]
}

/** How many of the newest revisions are looked through for the point where two histories part. */
const LOOK_BACK = 10_000

/** What only the old primary holds: everything after the newest revision, by nonce, that both know. */
export async function readOrphans(old: FailoverRegion, survivor: FailoverRegion): Promise<Orphans> {
  return withDatabase(old, (oldDatabase) =>
    withDatabase(survivor, async (survivorDatabase) => {
      const { rows: mine } = await oldDatabase.query(
        'SELECT revision, nonce FROM antipode.revision ORDER BY revision DESC LIMIT $1',
        [LOOK_BACK],
      )
      const { rows: known } = await survivorDatabase.query(
        'SELECT nonce FROM antipode.revision WHERE nonce = ANY ($1)',
        [mine.map((row) => row.nonce)],
      )
      const shared = new Set(known.map((row) => row.nonce))
      const common = mine.find((row) => shared.has(row.nonce))?.revision ?? 0
      const writes = await oldDatabase.query(
        `SELECT w.id, r.epoch, w.revision::int, w.durability, w.at FROM antipode.write w
         JOIN antipode.revision r USING (revision) WHERE w.revision > $1 ORDER BY w.revision, w.id`,
        [common],
      )
      const ids = writes.rows.map((row) => row.id)
      const repeated = await survivorDatabase.query('SELECT id FROM antipode.write WHERE id = ANY ($1)', [ids])
      const found = new Set(repeated.rows.map((row) => row.id))
      const changes = await oldDatabase.query(
        'SELECT revision::int, type, id, value FROM antipode.change WHERE revision > $1 ORDER BY modified_index',
        [common],
      )
      return {
        region: old.name,
        writes: writes.rows.filter((row) => !found.has(row.id)),
        changes: changes.rows,
      }
    }),
  )
}

/** Ids of writes on this database that are newer than what the old writer is known to have answered. */
export async function readInDoubt(survivor: FailoverRegion, answered: number, beforeEpoch: number): Promise<string[]> {
  return withDatabase(survivor, async (database) => {
    const { rows } = await database.query(
      `SELECT w.id FROM antipode.write w JOIN antipode.revision r USING (revision)
       WHERE r.revision > $1 AND r.epoch < $2 ORDER BY w.id`,
      [answered, beforeEpoch],
    )
    return rows.map((row) => row.id)
  })
}

/**
 * Waits until a standby has replayed up to a location, such as its primary's shutdown checkpoint. One that subscribes has
 * a log of its own: its publisher was stopped once everything had been applied there.
 */
export async function awaitReplay(standby: FailoverRegion, lsn: string, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  await withDatabase(standby, async (database) => {
    if (await isSubscriber(database)) return
    for (;;) {
      const { rows } = await database.query('SELECT pg_last_wal_replay_lsn() > $1::pg_lsn AS there', [lsn])
      if (rows[0].there) return
      if (performance.now() > deadline) throw new Error(`${standby.name} did not replay up to ${lsn} in ${seconds} s`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })
}

/** True where the database is one that writes, or wrote, by itself; null where it does not answer. */
export async function isPrimary(region: FailoverRegion): Promise<boolean | null> {
  try {
    return await withDatabase(region, async (database) => {
      return !(await followsAnother(database))
    })
  } catch {
    return null
  }
}

/** Whether a database follows another one, whichever way. */
async function followsAnother(database: Client): Promise<boolean> {
  const { rows } = await database.query('SELECT pg_is_in_recovery() AS yes')
  return rows[0].yes || isSubscriber(database)
}

async function isSubscriber(database: Client): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT EXISTS (SELECT FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
                    WHERE d.datname = current_database() AND s.subname = $1) AS yes`,
    [LOGICAL_REPLICATION],
  )
  return rows[0].yes
}

async function withDatabase<T>(region: FailoverRegion, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: region.database,
    application_name: 'antipode failover',
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
