import type { Durability } from '../../model/region-state.ts'
import type { AuditedWrite } from '../audit/audit-entry.ts'
import { type Connection, isServerError } from '../database/connection.ts'
import { LOCKS } from '../database/migrations.ts'
import { type Keyring, NO_KEYRING } from '../keyring/keyring.ts'
import type { Change } from './configuration.ts'
import type { RevisionRow } from './database-reader.ts'

export interface AnsweredWrite {
  readonly id: string
  readonly status: number
  readonly body: string
}

export interface BatchRows extends RevisionRow {
  /** The term in which the writer became leader; another leader's term voids the batch. */
  readonly term: number
  readonly durability: Durability
  readonly changes: readonly Change[]
  readonly writes: readonly AnsweredWrite[]
  /** One for each write that changed something. */
  readonly audit: readonly AuditedWrite[]
}

/** How a batch ended that is not in the database for sure. */
export class BatchFailed extends Error {
  override readonly name = 'BatchFailed'
  /** `void`: nothing was written, go on. `superseded`: another leader or epoch. `lost`: the connection is gone. */
  readonly kind: 'void' | 'superseded' | 'lost'
  /** True where the connection broke before it was answered, so that the batch may be there. */
  readonly inDoubt: boolean

  constructor(kind: 'void' | 'superseded' | 'lost', inDoubt: boolean, cause?: unknown) {
    super(`the batch was not committed (${kind})`, { cause })
    this.kind = kind
    this.inDoubt = inDoubt
  }
}

const INSERT_BATCH = `
WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${LOCKS.writes})),
mine AS MATERIALIZED (SELECT FROM lock, antipode.state WHERE epoch = $1 AND term = $2 FOR SHARE OF state),
changed AS MATERIALIZED (
  SELECT c.* FROM mine, unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::boolean[])
    AS c (modified_index, type, id, value, created_index, expires_at, is_last)
),
revision AS (
  INSERT INTO antipode.revision (revision, epoch, nonce) SELECT $3::bigint, $1, $4::uuid FROM mine RETURNING revision
),
change AS (
  INSERT INTO antipode.change (modified_index, revision, type, id, value, created_index, expires_at)
  SELECT modified_index, $3, type, id, value, created_index, expires_at FROM changed
  RETURNING modified_index
),
put AS (
  INSERT INTO antipode.resource (type, id, value, created_index, modified_index, expires_at)
  SELECT type, id, value, created_index, modified_index, expires_at FROM changed WHERE is_last AND value IS NOT NULL
  ON CONFLICT (type, id) DO UPDATE
    SET value = excluded.value, created_index = excluded.created_index, modified_index = excluded.modified_index,
      expires_at = excluded.expires_at
),
removal AS (
  DELETE FROM antipode.resource AS r USING changed AS c
  WHERE c.is_last AND c.value IS NULL AND r.type = c.type AND r.id = c.id
),
write AS (
  INSERT INTO antipode.write (id, revision, epoch, durability, status, body)
  SELECT w.id, $3, $1, $12, w.status, w.body FROM mine, unnest($13::uuid[], $14::int[], $15::text[]) AS w (id, status, body)
  ON CONFLICT (id) DO NOTHING
),
audit AS (
  INSERT INTO antipode.audit_log
    (kind, by, address, method, path, write, status, resources, changes, epoch, revision)
  SELECT 'write', a.by, a.address, a.method, a.path, a.write, a.status, string_to_array(a.resources, E'\\n'), a.changes,
    $1, $3
  FROM mine, unnest($16::text[], $17::text[], $18::text[], $19::text[], $20::uuid[], $21::int[], $22::text[], $23::text[])
    AS a (by, address, method, path, write, status, resources, changes)
)
SELECT revision FROM revision`

/**
 * Writes one batch as one transaction on the leader's connection: its changes, its writes' answers and its revision
 * row become visible together, so that a replica which shows the row shows all of the batch.
 *
 * It is one statement and so one round trip. Locking the row of the state makes PostgreSQL look at it again as it is
 * once whoever was changing it is done, whatever the statement's snapshot shows: a new leader's term is never missed.
 *
 * @throws BatchFailed
 */
export async function commitBatch(connection: Connection, batch: BatchRows, keyring = NO_KEYRING): Promise<void> {
  const { client } = connection
  const rowCount = await client
    .query({ name: 'insert-batch', text: INSERT_BATCH, values: parametersOf(batch, keyring) })
    .then((result) => result.rowCount)
    .catch((error) => {
      throw isServerError(error) ? new BatchFailed('void', false, error) : new BatchFailed('lost', true, error)
    })
  if (rowCount !== 1) throw new BatchFailed('superseded', false)
}

function parametersOf(batch: BatchRows, keyring: Keyring): unknown[] {
  const { changes, writes, audit } = batch
  // Of several changes to one resource the last is what it is.
  const last = new Set(new Map(changes.map((change) => [`${change.type}/${change.id}`, change])).values())
  return [
    batch.epoch,
    batch.term,
    batch.revision,
    batch.nonce,
    changes.map((change) => change.modifiedIndex),
    changes.map((change) => change.type),
    changes.map((change) => change.id),
    changes.map((change) => valueText(change, keyring)),
    changes.map((change) => change.createdIndex),
    changes.map((change) => change.expiresAt),
    changes.map((change) => last.has(change)),
    batch.durability,
    writes.map((write) => write.id),
    writes.map((write) => write.status),
    writes.map((write) => keyring.seal(`write/${write.id}`, write.body)),
    audit.map(({ by }) => by),
    audit.map(({ address }) => address),
    audit.map(({ method }) => method),
    audit.map(({ path }) => path),
    audit.map(({ write }) => write),
    audit.map(({ status }) => status),
    audit.map(({ changes }) => [...new Set(changes.map(({ type, id }) => `${type}/${id}`))].join('\n')),
    audit.map(({ changes }) => JSON.stringify(changes)),
  ]
}

function valueText({ type, id, value }: Change, keyring: Keyring): string | null {
  return value === null ? null : keyring.seal(`${type}/${id}`, JSON.stringify(value))
}
