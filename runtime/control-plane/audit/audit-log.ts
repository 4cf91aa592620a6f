import type { Logger } from 'pino'
import { AntipodeError } from '../../model/errors.ts'
import { DEFAULT_GROUP, groupOf, kindOf, PUBLISHED_TYPES, type StoredType } from '../../model/resource.ts'
import { type Connection, connect } from '../database/connection.ts'
import type { AuditedChange } from './audit-entry.ts'

/** An entry as it is read. */
export interface AuditEntry {
  /** Grows with time. */
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  /**
   * `write`: a change that took place. `denied`: a call that was not let in or not allowed. `login`: a try. `issued`: what
   * a data plane connects with. `authority`: another authority is trusted, or issues.
   */
  readonly kind: 'write' | IncidentKind
  readonly by: string
  readonly address: string | null
  readonly method: string | null
  readonly path: string | null
  readonly status: number
  readonly write: string | null
  readonly epoch: number | null
  readonly revision: number | null
  readonly changes: readonly AuditedChange[]
}

type IncidentKind = 'denied' | 'login' | 'issued' | 'authority'

/** Something that happened and changed nothing of what is stored. */
export type Incident = Pick<AuditEntry, 'by' | 'address' | 'method' | 'path' | 'status'> & {
  readonly kind: IncidentKind
  /** What it was about, with no secret in it; `type` with the gateway group, as in `connections@default`. */
  readonly changes?: readonly { type: string; id: string; before: unknown; after: unknown }[]
}

/** Which entries are wanted; each that is given must hold. */
export interface AuditFilter {
  /** Not before. */
  readonly from?: Date
  /** Before. */
  readonly until?: Date
  readonly kind?: string
  readonly by?: string
  readonly resourceType?: string
  readonly resourceId?: string
  /** The gateway group of what was changed. */
  readonly group?: string
}

/** What belongs to a gateway group by the first step of its id, or is one. */
const KEPT_BY_GROUP = ['gateway_groups', 'service_registries', 'promotions']

type StoredChange = Omit<AuditedChange, 'type' | 'group'> & { readonly type: StoredType }

/** Entries counted and paged through; who wants more narrows the time, or exports. */
export const MOST_LISTED = 10_000

/** Whatever is asked for that no index knows is looked for from one end to the other. */
const QUESTION_TIMEOUT = 30_000
const EXPORTED_AT_ONCE = 500
/** Incidents that wait to be written; a flood of them is counted and not kept. */
const MOST_WAITING = 1_000
const WRITE_AFTER = 250
const FORGET_EVERY = 3_600_000
const FORGOTTEN_AT_ONCE = 1_000

export interface AuditLogOptions {
  readonly region: string
  /** Connection string. */
  readonly database: string
  readonly logger: Pick<Logger, 'info' | 'warn'>
  /** Seconds. */
  readonly retention: number
  /** The newest confirmed revision: what is written with a later one is not told yet. */
  confirmed(): number
}

/**
 * The audit log of a lineage, in the database, where it is replicated with everything else.
 *
 * Entries of writes are not written here but with the write they tell of, in its transaction (see `batch-commit.ts`).
 * Incidents are written soon after, as well as it goes: a standby cannot, and says them in its own log. Every use has a
 * connection of its own, so that no question however large can slow down the writer.
 */
export class AuditLog {
  readonly #options: AuditLogOptions
  readonly #timers: NodeJS.Timeout[] = []
  #waiting: Incident[] = []
  #dropped = 0
  #writing: Promise<void> | undefined

  constructor(options: AuditLogOptions) {
    this.#options = options
    const every = (milliseconds: number, work: () => Promise<unknown>) =>
      this.#timers.push(setInterval(() => void work().catch(() => {}), milliseconds).unref())
    every(WRITE_AFTER, () => this.flush())
    every(FORGET_EVERY, () => this.forget())
  }

  note(incident: Incident): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(incident)
    else this.#dropped += 1
  }

  /** The newest first. */
  async list(filter: AuditFilter, offset: number, limit: number): Promise<{ list: AuditEntry[]; total: number }> {
    const { where, values } = this.#condition(filter)
    return this.#use(async ({ client }) => {
      const counted = `SELECT count(*) AS total FROM (SELECT FROM antipode.audit_log WHERE ${where} LIMIT ${MOST_LISTED}) AS counted`
      const { rows: counts } = await client.query(counted, values)
      const paged = `SELECT * FROM antipode.audit_log WHERE ${where} ORDER BY id DESC OFFSET ${offset} LIMIT ${limit}`
      const { rows } = await client.query(paged, values)
      return { list: rows.map(entryOf), total: Number(counts[0].total) }
    })
  }

  /** All of them, the oldest first. */
  async *export(filter: AuditFilter): AsyncIterable<AuditEntry> {
    const { where, values } = this.#condition(filter)
    const text = `SELECT * FROM antipode.audit_log WHERE ${where} AND id > $${values.length + 1} ORDER BY id LIMIT ${EXPORTED_AT_ONCE}`
    let last = '0'
    for (;;) {
      const { rows } = await this.#use(({ client }) => client.query(text, [...values, last]))
      for (const row of rows) yield entryOf(row)
      if (rows.length < EXPORTED_AT_ONCE) return
      last = rows.at(-1).id
    }
  }

  /** Writes the incidents that wait. */
  async flush(): Promise<void> {
    if (this.#writing || this.#waiting.length === 0) return this.#writing
    const incidents = this.#waiting
    const dropped = this.#dropped
    this.#waiting = []
    this.#dropped = 0
    if (dropped > 0) this.#options.logger.warn({ dropped }, 'incidents that the audit log has no room for')
    this.#writing = this.#insert(incidents).catch((error: Error) => {
      for (const incident of incidents)
        this.#options.logger.info({ incident, reason: error.message }, 'not in the audit log')
    })
    await this.#writing
    this.#writing = undefined
  }

  /** Removes what is older than the retention. @returns how many entries */
  async forget(now = Date.now()): Promise<number> {
    const before = new Date(now - this.#options.retention * 1000)
    return this.#use(async ({ client }) => {
      for (let forgotten = 0; ; ) {
        await client.query(`BEGIN; SET LOCAL antipode.retention = 'on'`)
        const { rowCount } = await client.query(FORGET, [before])
        await client.query('COMMIT')
        forgotten += rowCount ?? 0
        if ((rowCount ?? 0) < FORGOTTEN_AT_ONCE) return forgotten
      }
    })
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.flush()
  }

  async #insert(incidents: readonly Incident[]): Promise<void> {
    const column = (name: keyof Incident) => incidents.map((incident) => incident[name])
    const values = [
      ...[column('kind'), column('by'), column('address'), column('method'), column('path'), column('status')],
      incidents.map(({ changes = [] }) => changes.map(({ type, id }) => `${type}/${id}`).join('\n')),
      incidents.map(({ changes = [] }) => JSON.stringify(changes)),
    ]
    await this.#use(({ client }) => client.query(INSERT_INCIDENTS, values))
  }

  #condition(filter: AuditFilter): { where: string; values: unknown[] } {
    const values: unknown[] = []
    const conditions: string[] = []
    const demand = (condition: (parameter: string) => string, value: unknown) => {
      if (value !== undefined) conditions.push(condition(`$${values.push(value)}`))
    }
    demand((revision) => `(revision IS NULL OR revision <= ${revision})`, this.#options.confirmed())
    demand((from) => `at >= ${from}`, filter.from)
    demand((until) => `at < ${until}`, filter.until)
    demand((kind) => `kind = ${kind}`, filter.kind)
    demand((by) => `by = ${by}`, filter.by)
    const ofResource: string[] = []
    for (const [condition, value] of [
      [KIND_IS, filter.resourceType],
      [ID_IS, filter.resourceId],
      [GROUP_IS, filter.group],
    ] as const) {
      if (value !== undefined) ofResource.push(condition(`$${values.push(value)}`))
    }
    // One and the same resource is all of what is asked for.
    if (ofResource.length > 0) {
      conditions.push(`EXISTS (SELECT FROM unnest(resources) AS r WHERE ${ofResource.join(' AND ')})`)
    }
    return { where: conditions.join(' AND '), values }
  }

  async #use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    let connection: Connection | undefined
    try {
      connection = await connect(this.#options.database, 'audit log', QUESTION_TIMEOUT)
      return await work(connection)
    } catch (error) {
      const { message } = error as Error
      throw new AntipodeError(
        'ANTIPODE_UNAVAILABLE',
        { region: this.#options.region, reason: message },
        { cause: error },
      )
    } finally {
      await connection?.close()
    }
  }
}

/** A resource is written down as `routes/1`, in another gateway group than `default` as `routes@group/1`. */
const KIND_IS = (kind: string) => `split_part(split_part(r, '/', 1), '@', 1) = ${kind}`
const ID_IS = (id: string) => `substr(r, strpos(r, '/') + 1) = ${id}`
const GROUP_IS = (group: string) => `CASE
  WHEN split_part(r, '/', 1) IN ('${KEPT_BY_GROUP.join("', '")}') THEN split_part(r, '/', 2)
  WHEN split_part(r, '/', 1) IN ('${PUBLISHED_TYPES.join("', '")}') THEN '${DEFAULT_GROUP}'
  ELSE split_part(split_part(r, '/', 1), '@', 2)
END = ${group}`

const INSERT_INCIDENTS = `
INSERT INTO antipode.audit_log (kind, by, address, method, path, status, resources, changes)
SELECT kind, by, address, method, path, status, string_to_array(resources, E'\\n'), changes
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[])
  AS i (kind, by, address, method, path, status, resources, changes)`

const FORGET = `
DELETE FROM antipode.audit_log
WHERE at < $1 AND id IN (SELECT id FROM antipode.audit_log ORDER BY id LIMIT ${FORGOTTEN_AT_ONCE})`

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver gives it
function entryOf(row: any): AuditEntry {
  const { id, at, kind, by, address, method, path, status, write, epoch, revision, changes } = row
  return {
    ...{ id, at: at.toISOString(), kind, by, address, method, path, status, write, epoch },
    revision: revision === null ? null : Number(revision),
    changes: (JSON.parse(changes) as StoredChange[]).map(({ type, ...change }) => {
      const group = groupOf(type)
      return { ...(group === null ? {} : { group }), type: kindOf(type), ...change }
    }),
  }
}
