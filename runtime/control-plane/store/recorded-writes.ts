import type { ClientBase } from 'pg'
import type { Version } from '../../model/version.ts'
import { NO_KEYRING } from '../keyring/keyring.ts'

/** A write's answer as it stands beside its rows. */
export interface RecordedWrite {
  readonly status: number
  readonly body: unknown
  readonly version: Version
}

/**
 * Writes of these ids that were applied before; also on a replica. A write keeps its epoch, since history may no longer
 * hold its revision; written by an older release it has none, and the column itself is absent until a writer of this
 * release has brought the database up to date.
 */
export async function findRecordedWrites(
  client: ClientBase,
  ids: readonly string[],
  keyring = NO_KEYRING,
): Promise<Map<string, RecordedWrite>> {
  const { rows } = await client.query({
    name: 'recorded-writes',
    text: `SELECT w.id, w.status, w.body, coalesce((to_jsonb(w) ->> 'epoch')::integer, r.epoch) AS epoch, w.revision
           FROM antipode.write w LEFT JOIN antipode.revision r USING (revision) WHERE w.id = ANY ($1::uuid[])`,
    values: [ids],
  })
  await keyring.prepare(
    client,
    rows.map(({ body }) => body),
  )
  return new Map(
    rows.map((row) => [
      row.id,
      {
        status: row.status,
        body: JSON.parse(keyring.open(`write/${row.id}`, row.body)),
        version: { epoch: row.epoch, revision: Number(row.revision) },
      },
    ]),
  )
}
