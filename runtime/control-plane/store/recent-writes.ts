import type { ClientBase } from 'pg'
import type { Version } from '../../model/version.ts'

export interface RecordedWrite {
  readonly status: number
  readonly body: unknown
  readonly version: Version
}

/** As many writes are recognised when repeated; older ones are forgotten. */
const REMEMBERED = 100_000

/** The answers of the newest writes by id, so that a client may repeat one whose answer it never got. */
export class RecentWrites {
  readonly #byId = new Map<string, RecordedWrite>()

  find(id: string): RecordedWrite | undefined {
    return this.#byId.get(id)
  }

  remember(write: { id: string; status: number; body: string }, version: Version): void {
    this.#byId.set(write.id, { status: write.status, body: JSON.parse(write.body), version })
    if (this.#byId.size > REMEMBERED) this.#byId.delete(this.#byId.keys().next().value!)
  }

  static async load(client: ClientBase): Promise<RecentWrites> {
    const writes = new RecentWrites()
    const { rows } = await client.query(
      `SELECT w.id, w.status, w.body, r.epoch, r.revision FROM antipode.write w JOIN antipode.revision r USING (revision)
       ORDER BY r.revision DESC LIMIT $1`,
      [REMEMBERED],
    )
    for (const row of rows.reverse()) writes.remember(row, { epoch: row.epoch, revision: Number(row.revision) })
    return writes
  }
}

/** Looks a write up in the database itself, also on a replica. */
export async function findWriteInDatabase(client: ClientBase, id: string): Promise<Version | undefined> {
  const { rows } = await client.query(
    'SELECT r.epoch, r.revision FROM antipode.write w JOIN antipode.revision r USING (revision) WHERE w.id = $1',
    [id],
  )
  return rows[0] ? { epoch: rows[0].epoch, revision: Number(rows[0].revision) } : undefined
}
