import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { DatabaseStatus, LocalDatabase } from '../local-topology.ts'
import { majorOf, readControlFile } from './control-file.ts'
import type { PostgresServer } from './postgres-server.ts'
import { createRoles, type DatabasePasswords } from './roles.ts'
import { REPLICATION_ROLE, slotName } from './server-settings.ts'

export interface RegionDatabaseOptions {
  readonly region: string
  readonly server: PostgresServer
  readonly passwords: DatabasePasswords
  /** The databases of the other regions, to make slots for and on. */
  readonly others: () => readonly RegionDatabase[]
  /** Where the link from here to another region's database begins. */
  readonly linkTo: (region: string) => { readonly host: string; readonly port: number }
  /** The region it streams from while it is a standby; undefined for one that stands alone. */
  readonly upstream: string | undefined
}

const DROP_ATTEMPTS = 500

/**
 * One region's database among the others: which region it streams from, through which link and which slot.
 *
 * Slots live on the upstream and are not part of a base backup, so each is made again whenever either side starts.
 */
export class RegionDatabase implements LocalDatabase {
  protected readonly options: RegionDatabaseOptions
  #server: PostgresServer
  #upstream: string | undefined

  constructor(options: RegionDatabaseOptions) {
    this.options = options
    this.#server = options.server
    this.#upstream = options.upstream
  }

  get region(): string {
    return this.options.region
  }

  get server(): PostgresServer {
    return this.#server
  }

  /** For another one in the same place, of another major. */
  protected set server(server: PostgresServer) {
    this.#server = server
  }

  async status(): Promise<DatabaseStatus> {
    const [control, major] = await Promise.all([readControlFile(this.server.directory), majorOf(this.server.directory)])
    const running = this.server.child !== undefined
    return { running, inRecovery: running ? await this.follows() : null, major, beside: this.beside, ...control }
  }

  /** Creates an empty primary with the control plane's role and database, and leaves it running. */
  async create(): Promise<void> {
    await this.server.fill(async () => {
      await this.server.initialise()
      await this.server.start(this.#upstreamLink())
      await createRoles((database) => this.server.connect(database), this.options.passwords)
    })
  }

  /** Starts it as what its directory says it is; a copy that was cut off is made again. */
  async start(): Promise<void> {
    if (!this.server.initialised && this.#upstream) return this.rebuild(this.#upstream)
    if (this.server.isStandby) await this.#ensureSlotOnUpstream()
    await this.server.start(this.#upstreamLink())
    await this.#dropStaleSlots()
    for (const { region } of this.#followers()) await this.#ensureSlot(region, await this.server.connect())
  }

  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await this.server.stop(mode)
  }

  async startAsStandby(of: string): Promise<void> {
    this.#upstream = of
    const successor = this.options.others().find(({ region }) => region === of)
    const wasPrimary = !this.server.isStandby
    this.server.beStandby()
    if (wasPrimary && successor) await this.server.learnTimelinesOf(successor.server)
    await this.start()
  }

  async startAsPrimary(): Promise<void> {
    this.server.bePrimary()
    await this.start()
  }

  async rebuild(from: string): Promise<void> {
    this.#upstream = from
    await this.server.stop('immediate')
    // Built anew, it is nobody's copy any more.
    await rm(this.aside('newest'), { recursive: true, force: true })
    await this.#ensureSlotOnUpstream()
    const { passwords, linkTo } = this.options
    await this.server.copyFrom({ ...linkTo(from), user: REPLICATION_ROLE, password: passwords.replication })
    await this.start()
  }

  /** A copy of another database is of its major. @throws AntipodeError USAGE */
  async buildBeside(_from: string, _major: number): Promise<void> {
    const { region } = this.options
    const reason = `the database of ${region} is replicated as a whole, and so stays of its major; with database.replication 'logical' it need not`
    throw new AntipodeError('USAGE', { reason })
  }

  /** Major of a whole database that was built beside this one. */
  get beside(): number | null {
    return null
  }

  async discardBeside(): Promise<void> {}

  async moveIn(): Promise<void> {
    throw new AntipodeError('USAGE', { reason: `nothing is built beside the database of ${this.options.region}` })
  }

  /** Ends the streaming of `follower` from here and drops its slot, however quickly it comes back for it. */
  async dropSlot(follower: string): Promise<void> {
    await this.dropSlots([slotName(follower)])
  }

  protected async dropSlots(names: readonly string[]): Promise<void> {
    // A standby that has lost its stream asks for it again at once, and would hold the slot before it could be dropped.
    await this.server.query(`ALTER ROLE ${REPLICATION_ROLE} NOLOGIN`)
    try {
      for (const name of names) await this.#dropUnheld(name)
    } finally {
      await this.server.query(`ALTER ROLE ${REPLICATION_ROLE} LOGIN`)
    }
  }

  /** Whoever was let in before may still take the slot once. */
  async #dropUnheld(name: string): Promise<void> {
    for (let attempt = 1; attempt <= DROP_ATTEMPTS; attempt++) {
      const [slot] = await this.server.query<{ active_pid: number | null }>(
        'SELECT active_pid FROM pg_replication_slots WHERE slot_name = $1',
        [name],
      )
      if (!slot) return
      if (slot.active_pid === null) {
        await this.server.query('SELECT pg_drop_replication_slot($1)', [name]).catch(() => {})
      } else {
        await this.server.query('SELECT pg_terminate_backend($1)', [slot.active_pid])
        await sleep(20)
      }
    }
    throw new Error(`the slot ${name} is still taken`)
  }

  /** Takes a copy of what the database is now, to return to it. */
  async keepCopy(): Promise<void> {
    await this.server.copyInto(this.aside('copy'), {
      user: REPLICATION_ROLE,
      password: this.options.passwords.replication,
    })
  }

  async dropCopy(): Promise<void> {
    await rm(this.aside('copy'), { recursive: true, force: true })
  }

  /** Whether the database is a copy, with its newest files aside. */
  get hasNewest(): boolean {
    return existsSync(this.aside('newest'))
  }

  /** Becomes the copy that was kept, and runs. */
  async returnToCopy(): Promise<void> {
    await this.server.stop('immediate')
    await rename(this.server.directory, this.aside('newest'))
    await rename(this.aside('copy'), this.server.directory)
    await this.start()
  }

  /** Becomes again what it was before it returned to a copy, and runs. */
  async returnToNewest(): Promise<void> {
    await this.server.stop('immediate')
    await rm(this.server.directory, { recursive: true, force: true })
    await rename(this.aside('newest'), this.server.directory)
    await this.start()
  }

  /** The region whose database it follows while it is a standby. */
  get upstream(): string | undefined {
    return this.#upstream
  }

  protected set upstream(region: string | undefined) {
    this.#upstream = region
  }

  /** Whether it follows another database; null while it does not answer. */
  async follows(): Promise<boolean | null> {
    if (!this.server.child) return null
    return this.server.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering').then(
      ([row]) => row?.recovering ?? null,
      () => null,
    )
  }

  /** What was kept for standbys that follow from here no more is given up. */
  async forgetFormerFollowers(): Promise<void> {}

  protected aside(what: 'copy' | 'newest'): string {
    return `${this.server.directory}.${what}`
  }

  #upstreamLink() {
    if (!this.#upstream) return undefined
    return { ...this.options.linkTo(this.#upstream), slot: slotName(this.options.region) }
  }

  /** An upstream that does not answer makes it when it starts. */
  async #ensureSlotOnUpstream(): Promise<void> {
    const upstream = this.options.others().find(({ region }) => region === this.#upstream)
    const client = upstream?.server.child && (await upstream.server.connect().catch(() => undefined))
    if (upstream && client) await upstream.#ensureSlot(this.region, client)
  }

  /**
   * Makes the slot through which `follower` streams from here, keeping the log from now on. A slot whose log was
   * already removed is made anew.
   *
   * @param client is used up: writes may be frozen meanwhile, and each connection takes as long as a promotion
   */
  async #ensureSlot(follower: string, client: pg.Client): Promise<void> {
    try {
      const name = slotName(follower)
      const { rows } = await client.query<{ wal_status: string | null }>(
        'SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1',
        [name],
      )
      if (rows[0] && rows[0].wal_status !== 'lost') return
      if (rows[0]) await client.query('SELECT pg_drop_replication_slot($1)', [name])
      await client.query('SELECT pg_create_physical_replication_slot($1, true)', [name])
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  /** Standbys that stream from here; not the one that this standby itself streams from, or a circle would hold log. */
  #followers(): RegionDatabase[] {
    const { region, others } = this.options
    const upstream = this.server.isStandby ? this.#upstream : undefined
    return others().filter(
      (other) => other.#upstream === region && other.server.isStandby && other.options.region !== upstream,
    )
  }

  /** A standby keeps no log for the region that it itself streams from: that slot would hold log for ever. */
  async #dropStaleSlots(): Promise<void> {
    if (!this.server.isStandby || !this.#upstream) return
    await this.server.query(
      `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active`,
      [slotName(this.#upstream)],
    )
  }
}
