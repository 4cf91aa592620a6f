import type { Client } from 'pg'
import { AntipodeError } from '../../model/errors.ts'
import { EPOCH_STRIDE } from '../../model/version.ts'
import { LOCKS, SCHEMA_STEPS, takeSteps } from '../database/migrations.ts'
import { followsAnother } from '../database/replica.ts'
import { readState } from '../store/database-reader.ts'
import { type BackupHeader, checkBackupFile, rowsOf } from './backup-file.ts'
import { withSession } from './session.ts'

/** Rows, and characters of them, that are inserted at once. */
const ROWS_AT_ONCE = 500
const TEXT_AT_ONCE = 4_000_000

export interface RestoreOptions {
  /** Connection string of the database that is written. */
  readonly database: string
  readonly file: string
  /** Whose control plane writes from now on. @default the one that wrote the backup */
  readonly region?: string
  /** Removes what a control plane keeps there now. @default false: refuses to */
  readonly replace?: boolean
}

/**
 * Puts a backup into a database, all or nothing. Control planes that start with it begin a new epoch, one that is
 * beyond any that can have begun since the backup, so that data planes which saw those accept what is restored.
 *
 * @throws AntipodeError BACKUP_DAMAGED, RESTORE_REFUSED: nothing was changed
 */
export async function restore(options: RestoreOptions): Promise<BackupHeader & { readonly rows: number }> {
  const header = await checkBackupFile(options.file)
  if (header.schema > SCHEMA_STEPS) {
    throw refused(`the backup is of release ${header.runtime}, whose schema is newer than this one's; use that release`)
  }
  return withSession(options.database, 'restore', async (client) => {
    await takeLeadersLock(client)
    await client.query('BEGIN')
    const epoch = await clear(client, options.replace ?? false)
    await takeSteps(client, header.schema)
    const rows = await load(client, options.file)
    await countOn(client)
    await beginAnew(client, Math.max(epoch, header.epoch), options.region ?? header.writer)
    await takeSteps(client)
    await client.query('COMMIT')
    return { ...header, rows }
  })
}

/** Held to the end of the session: no control plane leads meanwhile. */
async function takeLeadersLock(client: Client): Promise<void> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS free', [LOCKS.leader])
  if (await followsAnother(client))
    throw refused('this database follows another and cannot be written; restore into that one')
  if (!rows[0].free) throw refused('a control plane leads with this database; stop the control planes of its region')
}

/** @returns the newest epoch that was there, 0 for none */
async function clear(client: Client, replace: boolean): Promise<number> {
  const { rows } = await client.query(`SELECT to_regnamespace('antipode') IS NOT NULL AS exists`)
  if (!rows[0].exists) return 0
  const state = await readState(client)
  if (!replace) {
    const holds = state ? `the configuration of ${state.writer}, epoch ${state.epoch}` : 'a schema called antipode'
    throw refused(`the database holds ${holds}; --replace removes it`)
  }
  await client.query('DROP SCHEMA antipode CASCADE')
  return state?.epoch ?? 0
}

async function load(client: Client, file: string): Promise<number> {
  const tables = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'antipode'::regnamespace AND relkind = 'r'`,
  )
  const known = new Set(tables.rows.map(({ name }) => name))
  const emptied = new Set<string>()
  let count = 0
  let waiting: { table: string; rows: string[]; size: number } | undefined
  const flush = async () => {
    if (!waiting) return
    const { table, rows } = waiting
    waiting = undefined
    await client.query(
      `INSERT INTO antipode.${table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::antipode.${table}, $1)`,
      [`[${rows.join(',')}]`],
    )
    count += rows.length
  }
  for await (const { table, json } of rowsOf(file)) {
    if (!known.has(table)) throw refused(`the backup has rows of ${table}, a table that is not known here`)
    if (waiting && (waiting.table !== table || waiting.rows.length >= ROWS_AT_ONCE || waiting.size > TEXT_AT_ONCE)) {
      await flush()
    }
    // A step of the schema may have put rows of its own into its tables.
    if (!emptied.has(table)) await client.query(`DELETE FROM antipode.${table}`)
    emptied.add(table)
    waiting ??= { table, rows: [], size: 0 }
    waiting.rows.push(json)
    waiting.size += json.length
  }
  await flush()
  return count
}

/** Columns that count by themselves go on after what was put back. */
async function countOn(client: Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
     WHERE table_schema = 'antipode' AND is_identity = 'YES'`,
  )
  for (const { table, column } of rows) {
    const sequence = `pg_get_serial_sequence('antipode.${table}', '${column}')`
    await client.query(`SELECT setval(${sequence}, coalesce(max(${column}), 0) + 1, false) FROM antipode.${table}`)
  }
}

/**
 * No cluster has this identifier, so the first leader begins a new epoch, whichever cluster it finds. It counts from
 * the clock, at one epoch a minute since 2026, because nothing else is sure to know of every failover since the
 * backup, nor of an earlier restore of the same file.
 */
async function beginAnew(client: Client, newestEpoch: number, region: string): Promise<void> {
  const minutes = Math.floor((Date.now() - Date.UTC(2026)) / 60_000)
  await client.query(
    `UPDATE antipode.state SET epoch = $1, writer = $2, solo = false, system_identifier = 'restored from a backup'`,
    [Math.max(newestEpoch, minutes * EPOCH_STRIDE), region],
  )
}

function refused(reason: string): AntipodeError {
  return new AntipodeError('RESTORE_REFUSED', { reason })
}
