import type { Client } from 'pg'
import { AntipodeError } from '../../model/errors.ts'
import type { KeySource } from '../../model/keyring-settings.ts'
import { withSession } from '../backup/session.ts'
import { LOCKS } from '../database/migrations.ts'
import { followsAnother } from '../database/replica.ts'
import { Keyring } from './keyring.ts'
import { SEALED_TABLES } from './sealed-tables.ts'

/** What the operator of a keyring is told. */
export interface KeyringStatus {
  /** Keys that wrap data keys, and where they are; the first wraps new ones. */
  readonly keys: readonly { readonly id: string; readonly place: string }[]
  /** The oldest first; the last one seals. */
  readonly dataKeys: readonly {
    readonly id: string
    readonly wrappedBy: string
    readonly createdAt: string
    /** When nothing was left that another key had sealed; null while there may be. */
    readonly settledAt: string | null
    /** How many values and answers it sealed. */
    readonly values: number
  }[]
  /** How many are not sealed at all. */
  readonly unsealed: number
}

/** How a database's secrets are sealed. */
export async function readStatus(
  database: string,
  sources: readonly KeySource[],
  env: NodeJS.ProcessEnv,
): Promise<KeyringStatus> {
  const keyring = await Keyring.open(sources, env)
  const keys = keyring.wrappingKeys.map(({ id, place }) => ({ id, place }))
  return withSession(database, 'keyring', async (client) => {
    const { rows } = await client.query(`SELECT to_regclass('antipode.data_key') IS NOT NULL AS exists`)
    if (!rows[0].exists) throw refused('no control plane of this release has written to this database yet')
    const counts = await countValues(client)
    const { rows: dataKeys } = await client.query('SELECT * FROM antipode.data_key ORDER BY number')
    return {
      keys,
      dataKeys: dataKeys.map(({ id, wrapped_by, created_at, settled_at }) => ({
        ...{ id, wrappedBy: wrapped_by, createdAt: created_at.toISOString() },
        ...{ settledAt: settled_at?.toISOString() ?? null, values: counts.get(id) ?? 0 },
      })),
      unsealed: counts.get('') ?? 0,
    }
  })
}

/**
 * Makes a new data key, wrapped by the first of the keys. The control plane that leads seals with it within seconds,
 * seals everything else anew in the background, and then removes earlier data keys.
 *
 * @throws AntipodeError KEYRING_REFUSED, KEYRING_KEY_MISSING, KEYRING_INVALID: nothing was changed
 */
export async function rotate(
  database: string,
  sources: readonly KeySource[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly id: string; readonly wrappedBy: string }> {
  const keyring = await Keyring.open(sources, env)
  return withSession(database, 'keyring', async (client) => {
    if (await followsAnother(client))
      throw refused('this database follows another and cannot be written; name that one')
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock_shared($1)', [LOCKS.writes])
    // Whoever cannot open what there is must not make what others cannot open.
    await keyring.learn(client)
    if (keyring.current === null) {
      throw refused('nothing is sealed yet; a control plane that leads with antipode.keyring makes the first data key')
    }
    const made = await keyring.addDataKey(client)
    await client.query('COMMIT')
    return made
  })
}

async function countValues(client: Client): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { name, column } of SEALED_TABLES) {
    const { rows } = await client.query<{ key: string; count: string }>(
      `SELECT CASE WHEN ${column} LIKE 'antipode:1:%' THEN split_part(${column}, ':', 3) ELSE '' END AS key, count(*)
       FROM antipode.${name} WHERE ${column} IS NOT NULL GROUP BY 1`,
    )
    for (const { key, count } of rows) counts.set(key, (counts.get(key) ?? 0) + Number(count))
  }
  return counts
}

function refused(reason: string): AntipodeError {
  return new AntipodeError('KEYRING_REFUSED', { reason })
}
