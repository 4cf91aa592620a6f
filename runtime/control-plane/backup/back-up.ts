import type { Client } from 'pg'
import { AntipodeError } from '../../model/errors.ts'
import { RUNTIME_VERSION } from '../../model/runtime-version.ts'
import { readNewestRevision, readState } from '../store/database-reader.ts'
import { type BackupHeader, type BackupRow, writeBackupFile } from './backup-file.ts'
import { withSession } from './session.ts'

/** Rows that are fetched at once. */
const FETCH = 500

/**
 * Writes all that a control plane keeps in its database into a file, as of one moment, while the control plane works.
 * A standby's database serves as well.
 *
 * @param database its connection string
 * @throws AntipodeError BACKUP_REFUSED where the database holds nothing of a control plane
 */
export async function backUp(database: string, file: string): Promise<BackupHeader & { readonly rows: number }> {
  return withSession(database, 'backup', async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const header = await readHeader(client)
    const rows = await writeBackupFile(file, header, readRows(client))
    await client.query('COMMIT')
    return { ...header, rows }
  })
}

async function readHeader(client: Client): Promise<BackupHeader> {
  const state = await readState(client)
  if (!state) throw new AntipodeError('BACKUP_REFUSED', { reason: 'no control plane has written to this database yet' })
  const newest = await readNewestRevision(client)
  const { rows } = await client.query('SELECT max(step) AS step FROM antipode.migration')
  const { lineage, epoch, writer } = state
  return {
    ...{ backup: 1, at: new Date().toISOString(), runtime: RUNTIME_VERSION, schema: rows[0].step },
    ...{ lineage, epoch, revision: newest?.revision ?? 0, writer },
  }
}

async function* readRows(client: Client): AsyncIterable<BackupRow[]> {
  const { rows: tables } = await client.query<{ name: string }>(TABLES)
  for (const { name: table } of tables) {
    await client.query(
      `DECLARE backup NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS json FROM antipode.${table} t`,
    )
    for (;;) {
      const { rows } = await client.query<{ json: string }>(`FETCH ${FETCH} FROM backup`)
      if (rows.length === 0) break
      yield rows.map(({ json }) => ({ table, json }))
    }
    await client.query('CLOSE backup')
  }
}

/**
 * Every table but two: which steps of the schema were taken is in the header, and a heartbeat says nothing later. None
 * of them refers to another by a foreign key, so any order does.
 */
const TABLES = `
SELECT relname AS name FROM pg_class
WHERE relnamespace = 'antipode'::regnamespace AND relkind = 'r' AND relname NOT IN ('migration', 'heartbeat')
ORDER BY relname`
