import type { ClientBase } from 'pg'
import type { StoredType } from '../../model/resource.ts'
import type { Version } from '../../model/version.ts'
import { type Change, Configuration } from './configuration.ts'

/** What the one row of `antipode.state` says. */
export interface DatabaseState {
  readonly lineage: string
  readonly systemIdentifier: string
  readonly epoch: number
  readonly writer: string
  readonly solo: boolean
}

/** A revision row as it stands in the database. */
export interface RevisionRow extends Version {
  readonly nonce: string
}

export interface LoadedConfiguration {
  readonly configuration: Configuration
  readonly newest: RevisionRow | null
  readonly lastIndex: number
}

/** Null where the schema does not exist yet. */
export async function readState(client: ClientBase): Promise<DatabaseState | null> {
  const { rows } = await client.query(`SELECT to_regclass('antipode.state') IS NOT NULL AS exists`)
  if (!rows[0].exists) return null
  const state = await client.query(
    'SELECT lineage, system_identifier AS "systemIdentifier", epoch, writer, solo FROM antipode.state',
  )
  return state.rows[0] ?? null
}

export async function readNewestRevision(client: ClientBase): Promise<RevisionRow | null> {
  const { rows } = await client.query({
    name: 'newest-revision',
    text: 'SELECT epoch, revision, nonce FROM antipode.revision ORDER BY revision DESC LIMIT 1',
  })
  return rows[0] ? { epoch: rows[0].epoch, revision: Number(rows[0].revision), nonce: rows[0].nonce } : null
}

/** Everything, as of one snapshot of the database. */
export async function loadConfiguration(client: ClientBase): Promise<LoadedConfiguration> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    const newest = await readNewestRevision(client)
    const resources = await client.query('SELECT * FROM antipode.resource')
    const lastIndex = await readLastIndex(client)
    await client.query('COMMIT')
    const configuration = new Configuration()
    for (const row of resources.rows) configuration.apply(changeOf(row))
    return { configuration, newest, lastIndex }
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/**
 * The newest configuration, made from one that is held already where history reaches back to it: after a promotion the
 * follower's own serves, so that taking over costs the same however much there is.
 */
export async function bringForward(
  client: ClientBase,
  held: { readonly configuration: Configuration; readonly version: Version } | null,
): Promise<LoadedConfiguration> {
  const newest = await readNewestRevision(client)
  const changes = held && newest && (await readChanges(client, held.version, newest.revision))
  if (!changes) return loadConfiguration(client)
  const configuration = held.configuration.copy()
  for (const change of changes) configuration.apply(change)
  return { configuration, newest, lastIndex: await readLastIndex(client) }
}

/** The changes of the revisions after `from` up to `to`, or null where history no longer reaches back that far. */
export async function readChanges(client: ClientBase, from: Version, to: number): Promise<Change[] | null> {
  const { rows: known } = await client.query('SELECT FROM antipode.revision WHERE revision = $1 AND epoch = $2', [
    from.revision,
    from.epoch,
  ])
  if (known.length === 0) return null
  const { rows } = await client.query(
    `SELECT * FROM antipode.change
     WHERE revision > $1 AND revision <= $2 ORDER BY modified_index`,
    [from.revision, to],
  )
  return rows.map(changeOf)
}

async function readLastIndex(client: ClientBase): Promise<number> {
  const { rows } = await client.query('SELECT coalesce(max(modified_index), 0) AS index FROM antipode.change')
  return Number(rows[0].index)
}

interface ChangeRow {
  readonly type: StoredType
  readonly id: string
  readonly value: string | null
  readonly created_index: string
  readonly modified_index: string
  /** Absent from a database that a writer of an older release has not brought up to date yet. */
  readonly expires_at?: string | null
}

function changeOf(row: ChangeRow): Change {
  return {
    type: row.type,
    id: row.id,
    value: row.value === null ? null : JSON.parse(row.value),
    createdIndex: Number(row.created_index),
    modifiedIndex: Number(row.modified_index),
    expiresAt: row.expires_at ? Number(row.expires_at) : null,
  }
}
