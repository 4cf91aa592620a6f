import type { ClientBase } from 'pg'
import type { StoredType } from '../../model/resource.ts'
import type { Version } from '../../model/version.ts'
import { type Keyring, NO_KEYRING } from '../keyring/keyring.ts'
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

/** Bounds of one query, which has a second for its answer. */
const RESOURCES_A_PAGE = 2_000
const REVISIONS_A_PAGE = 200

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

/**
 * Everything, as of one revision.
 *
 * It is read page by page, each with a snapshot of its own, and what changed meanwhile is applied to it: no transaction
 * stays open, which on a replica would hold up replay or be cancelled by it, and no query takes long however much there
 * is.
 */
export async function loadConfiguration(client: ClientBase, keyring = NO_KEYRING): Promise<LoadedConfiguration> {
  for (;;) {
    const before = await readNewestRevision(client)
    const configuration = await readResources(client, keyring)
    const newest = await readNewestRevision(client)
    const meanwhile =
      before && newest ? await readChanges(client, before, newest.revision, keyring) : newest ? null : []
    // History was cut or begun while the pages were read.
    if (!meanwhile) continue
    for (const change of meanwhile) configuration.apply(change)
    return { configuration, newest, lastIndex: await readLastIndex(client) }
  }
}

async function readResources(client: ClientBase, keyring: Keyring): Promise<Configuration> {
  const configuration = new Configuration()
  let last = { type: '', id: '' }
  for (;;) {
    const { rows } = await client.query({
      // Without a name: a prepared `*` fails once a newer release has added a column.
      text: 'SELECT * FROM antipode.resource WHERE (type, id) > ($1, $2) ORDER BY type, id LIMIT $3',
      values: [last.type, last.id, RESOURCES_A_PAGE],
    })
    await keyring.prepare(client, rows.map(textOf))
    for (const row of rows) configuration.apply(changeOf(row, keyring))
    if (rows.length < RESOURCES_A_PAGE) return configuration
    last = rows.at(-1)
  }
}

/**
 * The newest configuration, made from one that is held already where history reaches back to it: after a promotion the
 * follower's own serves, so that taking over costs the same however much there is.
 */
export async function bringForward(
  client: ClientBase,
  held: { readonly configuration: Configuration; readonly version: Version } | null,
  keyring = NO_KEYRING,
): Promise<LoadedConfiguration> {
  const newest = await readNewestRevision(client)
  const changes =
    held?.configuration.isWhole && newest && (await readChanges(client, held.version, newest.revision, keyring))
  if (!changes) return loadConfiguration(client, keyring)
  const configuration = held.configuration.copy()
  for (const change of changes) configuration.apply(change)
  return { configuration, newest, lastIndex: await readLastIndex(client) }
}

/** The changes of the revisions after `from` up to `to`, or null where history no longer reaches back that far. */
export async function readChanges(
  client: ClientBase,
  from: Version,
  to: number,
  keyring = NO_KEYRING,
): Promise<Change[] | null> {
  const changes: Change[] = []
  for (let after = from.revision; after < to; after += REVISIONS_A_PAGE) {
    // While the revision that is held is there, so is every change since (see Compaction).
    const { rows } = await client.query({
      // Without a name, for the same reason as above.
      text: `SELECT change.* FROM antipode.revision AS held
             LEFT JOIN antipode.change ON change.revision > $3 AND change.revision <= $4
             WHERE held.revision = $1 AND held.epoch = $2 ORDER BY modified_index`,
      values: [from.revision, from.epoch, after, Math.min(after + REVISIONS_A_PAGE, to)],
    })
    if (rows.length === 0) return null
    await keyring.prepare(client, rows.map(textOf))
    for (const row of rows) if (row.modified_index !== null) changes.push(changeOf(row, keyring))
  }
  return changes
}

/** Indexes never come twice: compaction leaves the change with the highest one. */
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

function textOf(row: ChangeRow): string | null {
  return row.value
}

function changeOf(row: ChangeRow, keyring: Keyring): Change {
  return {
    type: row.type,
    id: row.id,
    value: row.value === null ? null : JSON.parse(keyring.open(`${row.type}/${row.id}`, row.value)),
    createdIndex: Number(row.created_index),
    modifiedIndex: Number(row.modified_index),
    expiresAt: row.expires_at ? Number(row.expires_at) : null,
  }
}
