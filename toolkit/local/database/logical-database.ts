import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import {
  connectionString,
  endSubscription,
  isCopied,
  prepareForLogicalReplication,
  publish,
  reconnect,
  refresh,
  subscribe,
  subscribedSlot,
} from './logical-replication.ts'
import type { PostgresServer } from './postgres-server.ts'
import { RegionDatabase, type RegionDatabaseOptions } from './region-database.ts'
import { CONTROL_PLANE_ROLE, createRoles } from './roles.ts'
import { REPLICATION_ROLE, slotName } from './server-settings.ts'

export interface LogicalDatabaseOptions extends RegionDatabaseOptions {
  /** Takes the steps that the control plane's schema lacks. */
  readonly prepareSchema: (client: ClientBase) => Promise<void>
  /** A server of this major in the database's own place, or in another one beside it. */
  readonly serverOf: (major: number, place?: string) => Promise<PostgresServer>
}

/** Milliseconds. */
const DELIVERED_WITHIN = 10_000
const COPIED_WITHIN = 120_000
const CAUGHT_UP_WITHIN = 5_000

/**
 * One region's database of a pair that replicates logically: it subscribes to the other's tables, or publishes its own.
 *
 * Which of both it is says its catalogue and nothing beside it, since a promotion is the control plane's own
 * transaction. A cluster of its own, it starts without the other, and may be of another major. Slots are named after the
 * region that takes them and at random, so that an old one is never taken for a new one.
 *
 * The control plane's role may not log in while it is open what this database is: from when it is stopped to be handed
 * over, or created, until it publishes or subscribes. A control plane that got in meanwhile would take it for its own.
 */
export class LogicalDatabase extends RegionDatabase {
  readonly #options: LogicalDatabaseOptions
  #beside: PostgresServer | undefined
  #building: { readonly major: number; readonly done: Promise<void> } | undefined
  #isBesideWhole = false

  constructor(options: LogicalDatabaseOptions) {
    super(options)
    this.#options = options
  }

  override async create(): Promise<void> {
    await this.server.fill(() => this.#furnish(this.server))
    await this.#admit()
  }

  override async start(): Promise<void> {
    if (!this.server.initialised && this.upstream) return this.rebuild(this.upstream)
    await this.server.start(undefined)
    await this.#inside(async (client) => {
      if ((await subscribedSlot(client)) && this.upstream) await reconnect(client, this.#connectionTo(this.upstream))
    })
    await this.#agreeOnSchema()
    await this.#admit()
  }

  /** `fast`, where it publishes: once its subscriber has everything. It is not its control plane's from then on. */
  override async stop(mode: 'fast' | 'immediate'): Promise<void> {
    if (mode === 'fast' && this.server.child && !(await this.follows())) await this.#deliver()
    await this.server.stop(mode)
  }

  /** Without a copy where it was stopped to be handed over and holds exactly what the other holds. */
  override async startAsStandby(of: string): Promise<void> {
    this.upstream = of
    if (!this.server.initialised) return this.rebuild(of)
    await this.server.start(undefined)
    const publisher = this.#other(of)
    const isSame = (await this.#isHandedOver()) && (await this.#newest()) === (await publisher.#newest())
    if (!isSame) return this.rebuild(of)
    const slot = newSlotName(this.options.region)
    await publisher.server.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slot], DATABASE)
    await this.#inside((client) => subscribe(client, { connection: this.#connectionTo(of), slot, begin: 'continue' }))
    await this.#admit()
  }

  override async startAsPrimary(): Promise<void> {
    await this.server.start(undefined)
    await this.#inside(async (client) => {
      if (await subscribedSlot(client)) await endSubscription(client)
    })
    await this.#admit()
    for (const other of this.#others()) await other.forgetFormerFollowers()
  }

  override async rebuild(from: string): Promise<void> {
    this.upstream = from
    await this.server.stop('immediate')
    await rm(this.aside('newest'), { recursive: true, force: true })
    await this.#fillFrom(from, this.server)
    await this.#admit()
    await this.#other(from).forgetFormerFollowers()
  }

  /**
   * Builds a cluster of another major beside this one, from the database of region `from`; resolves when it holds all
   * that is there. This one goes on meanwhile. Whoever asks while it is built waits for that; what was begun earlier, and
   * has failed, is begun again.
   */
  override async buildBeside(from: string, major: number): Promise<void> {
    if (this.#building?.major !== major) {
      await this.#building?.done.catch(() => undefined)
      const done = this.#buildBeside(from, major)
      this.#building = { major, done }
      void done
        .catch(() => undefined)
        .then(() => {
          this.#building = undefined
        })
    }
    await this.#building.done
  }

  override get beside(): number | null {
    return (this.#isBesideWhole && this.#beside?.child && this.#beside.major) || null
  }

  async #buildBeside(from: string, major: number): Promise<void> {
    await this.discardBeside()
    const server = await this.#options.serverOf(major, this.#besideDirectory)
    this.#beside = server
    await this.#fillFrom(from, server)
    await this.#untilCaughtUp(from, server)
    this.#isBesideWhole = true
  }

  /** Ends and removes what was built beside. */
  override async discardBeside(): Promise<void> {
    this.#isBesideWhole = false
    await this.#beside?.retire('immediate')
    this.#beside = undefined
    await rm(this.#besideDirectory, { recursive: true, force: true })
    for (const other of this.#others()) await other.forgetFormerFollowers().catch(() => undefined)
  }

  /**
   * What was built beside takes the place of this standby. It confirms nothing more before: what it has confirmed must
   * show in its successor while the writer lives, or it stays.
   */
  override async moveIn(): Promise<void> {
    const successor = this.#beside
    if (!successor || this.beside === null)
      throw new Error(`nothing was built beside the database of ${this.options.region}`)
    if (!(await this.follows())) throw new Error(`the database of ${this.options.region} follows no other`)
    await this.#shutOut()
    const newest = await this.#newest()
    const deadline = performance.now() + CAUGHT_UP_WITHIN
    while (!(await isBeyond(successor, newest))) {
      if (performance.now() > deadline) {
        await this.#admit()
        throw new Error(`what was built beside the database of ${this.options.region} does not hold what that holds`)
      }
      await sleep(5)
    }
    await Promise.all([this.server.retire('immediate'), successor.retire('fast')])
    this.#beside = undefined
    this.#isBesideWhole = false
    const { directory } = this.server
    await rename(directory, this.#replacedDirectory)
    await rename(this.#besideDirectory, directory)
    this.server = await this.#options.serverOf(successor.major)
    await this.server.start(undefined)
    await this.#admit()
    await rm(this.#replacedDirectory, { recursive: true, force: true })
    await this.#other(this.upstream!).forgetFormerFollowers()
  }

  override async follows(): Promise<boolean | null> {
    if (!this.server.child) return null
    return this.#inside(async (client) => (await subscribedSlot(client)) !== undefined).catch(() => null)
  }

  override async dropSlot(follower: string): Promise<void> {
    const own = new RegExp(`^${slotName(follower)}_[0-9a-f]{8}$`)
    await this.dropSlots((await this.#slots()).filter((name) => own.test(name)))
  }

  /** Slots that nobody subscribes with any more would hold log for ever. Where somebody cannot be asked they stay. */
  override async forgetFormerFollowers(): Promise<void> {
    if (!this.server.child) return
    const servers = this.#others().flatMap((other) => [other.server, ...(other.#beside ? [other.#beside] : [])])
    const taken = await Promise.all(servers.map((server) => inside(server, subscribedSlot)))
    const names = this.#others().map((other) => slotName(other.options.region))
    const ours = new RegExp(`^(${names.join('|')})_[0-9a-f]{8}$`)
    for (const name of await this.#slots()) {
      if (!ours.test(name) || taken.includes(name)) continue
      await this.server.query('SELECT pg_drop_replication_slot($1)', [name]).catch(() => undefined)
    }
  }

  async #slots(): Promise<string[]> {
    const rows = await this.server.query<{ name: string }>(
      `SELECT slot_name AS name FROM pg_replication_slots WHERE slot_type = 'logical'`,
    )
    return rows.map(({ name }) => name)
  }

  /** A new cluster with all that a control plane's database has, and that publishes; left running. */
  async #furnish(server: PostgresServer): Promise<void> {
    await server.initialise()
    await server.start(undefined)
    await createRoles((database) => server.connect(database), this.options.passwords, 'NOLOGIN')
    await inside(server, async (client) => {
      await prepareForLogicalReplication(client)
      await this.#takeSteps(client)
    })
  }

  /** A new cluster that begins to copy the database of region `from`. */
  async #fillFrom(from: string, server: PostgresServer): Promise<void> {
    await server.fill(async () => {
      await this.#furnish(server)
      const publisher = this.#other(from)
      await publisher.#inside((client) => publisher.#takeSteps(client))
      const slot = newSlotName(this.options.region)
      await inside(server, (client) => subscribe(client, { connection: this.#connectionTo(from), slot, begin: 'copy' }))
    })
  }

  /** The schema's steps as their owner, and then the publication of all there is. */
  async #takeSteps(client: ClientBase): Promise<void> {
    await client.query(`SET ROLE ${CONTROL_PLANE_ROLE}`)
    await this.#options.prepareSchema(client)
    await client.query('RESET ROLE')
    await publish(client)
  }

  /** A release with a newer schema: the subscriber takes its steps first, and subscribes to what they bring last. */
  async #agreeOnSchema(): Promise<void> {
    const publisher = this.#others().find((other) => other.options.region === this.upstream)
    if (!publisher?.server.child || !(await this.follows())) return
    await this.#inside((client) => this.#takeSteps(client))
    await publisher.#inside((client) => publisher.#takeSteps(client))
    await this.#inside(refresh)
  }

  async #deliver(): Promise<void> {
    await this.#shutOut()
    const [here] = await this.server.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn')
    const deadline = performance.now() + DELIVERED_WITHIN
    for (;;) {
      const [slots] = await this.server.query<{ delivered: boolean }>(
        `SELECT coalesce(bool_and(confirmed_flush_lsn >= $1::pg_lsn), false) AS delivered
         FROM pg_replication_slots WHERE slot_type = 'logical' AND active`,
        [here!.lsn],
      )
      if (slots!.delivered) return
      if (performance.now() > deadline) {
        await this.#admit()
        throw new Error(`the subscriber of ${this.options.region} does not take what is written`)
      }
      await sleep(5)
    }
  }

  async #untilCaughtUp(from: string, server: PostgresServer): Promise<void> {
    const publisher = this.#other(from)
    const deadline = performance.now() + COPIED_WITHIN
    while (!(await inside(server, isCopied)) || !(await isBeyond(server, await publisher.#newest()))) {
      if (performance.now() > deadline) throw new Error(`the copy of ${from}'s database did not come to its end`)
      await sleep(50)
    }
  }

  /** Nobody but the administrator is let in from now on, and nobody else is inside. */
  async #shutOut(): Promise<void> {
    await this.server.query(`ALTER ROLE ${CONTROL_PLANE_ROLE} NOLOGIN`)
    await this.server.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1', [
      CONTROL_PLANE_ROLE,
    ])
  }

  async #admit(): Promise<void> {
    await this.server.query(`ALTER ROLE ${CONTROL_PLANE_ROLE} LOGIN`)
  }

  async #isHandedOver(): Promise<boolean> {
    const [role] = await this.server.query<{ out: boolean }>(
      'SELECT NOT rolcanlogin AS out FROM pg_roles WHERE rolname = $1',
      [CONTROL_PLANE_ROLE],
    )
    return role?.out === true
  }

  #newest(): Promise<string> {
    return newestIn(this.server)
  }

  #inside<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    return inside(this.server, work)
  }

  #connectionTo(region: string): string {
    const { linkTo, passwords } = this.options
    return connectionString({
      ...{ ...linkTo(region), dbname: DATABASE, user: REPLICATION_ROLE, password: passwords.replication },
      ...{ connect_timeout: 3, sslmode: 'disable' },
    })
  }

  #others(): LogicalDatabase[] {
    return this.options.others().filter((other) => other instanceof LogicalDatabase)
  }

  #other(region: string): LogicalDatabase {
    const other = this.#others().find(({ options }) => options.region === region)
    if (other) return other
    throw new Error(`${region} has no database that ${this.options.region} could subscribe to`)
  }

  get #besideDirectory(): string {
    return `${this.server.directory}.beside`
  }

  get #replacedDirectory(): string {
    return `${this.server.directory}.replaced`
  }
}

const DATABASE = CONTROL_PLANE_ROLE

function newSlotName(region: string): string {
  return `${slotName(region)}_${randomBytes(4).toString('hex')}`
}

async function inside<T>(server: PostgresServer, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await server.connect(DATABASE)
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Names the newest revision and the newest beat: two databases of one history that show the same hold the same. */
async function newestIn(server: PostgresServer): Promise<string> {
  const [row] = await server.query<{ newest: string | null }>(NEWEST, [], DATABASE)
  return row?.newest ?? ''
}

/** Whether a revision and a beat that another database of this history shows are here, and perhaps later ones. */
async function isBeyond(server: PostgresServer, newest: string): Promise<boolean> {
  const [revision, nonce, beat] = newest.split(' ')
  const [row] = await server.query<{ beyond: boolean }>(
    `SELECT EXISTS (SELECT FROM antipode.revision WHERE revision = $1 AND nonce::text = $2)
       AND EXISTS (SELECT FROM antipode.heartbeat WHERE beat >= $3) AS beyond`,
    [revision || 0, nonce ?? '', beat || 0],
    DATABASE,
  )
  return row!.beyond
}

const NEWEST = `
SELECT (SELECT concat(revision, ' ', nonce) FROM antipode.revision ORDER BY revision DESC LIMIT 1)
       || ' ' || (SELECT beat FROM antipode.heartbeat) AS newest`
