import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Engine, RunningPart } from '../engine/engine.ts'
import type { ChildProcesses } from '../processes/child-processes.ts'
import { type BackupSource, takeBaseBackupAside } from './base-backup.ts'
import type { PostgresBinaries } from './binaries.ts'
import { type DatabasePasswords, SUPERUSER } from './roles.ts'
import { type ServerRole, serverSettings } from './server-settings.ts'
import { learnTimelines } from './timelines.ts'
import type { UnprivilegedUser } from './unprivileged-user.ts'

export interface PostgresServerOptions {
  readonly region: string
  readonly binaries: PostgresBinaries
  readonly user: UnprivilegedUser | undefined
  readonly directory: string
  /** Beside the one that it may take the place of. @default false */
  readonly isBeside?: boolean
  readonly address: string
  readonly port: number
  readonly passwords: DatabasePasswords
  /** Fill the directory, on this machine. */
  readonly processes: ChildProcesses
  /** Runs the server. */
  readonly engine: Engine
  readonly log: string
  /** Settings of PostgreSQL's own that go before ours. */
  readonly settings?: Readonly<Record<string, string | number>>
}

const START_SECONDS = 60
/** Orphans of a killed server may hold its memory for a moment, and a start beside them fails. */
const START_ATTEMPTS = 10

/**
 * One PostgreSQL server over one data directory. It is what its directory says: a standby with `standby.signal`, a
 * primary without. Whether it runs is found by asking the process, whether it serves by connecting, never by its log.
 */
export class PostgresServer {
  readonly #options: PostgresServerOptions
  #child: RunningPart | undefined

  constructor(options: PostgresServerOptions) {
    this.#options = options
  }

  get child(): RunningPart | undefined {
    return this.#child?.running ? this.#child : undefined
  }

  get directory(): string {
    return this.#options.directory
  }

  /** False also where filling the directory was cut off: half a database is none. */
  get initialised(): boolean {
    return existsSync(join(this.directory, 'PG_VERSION')) && !existsSync(this.#unfinished)
  }

  get major(): number {
    return this.#options.binaries.major
  }

  get isStandby(): boolean {
    return existsSync(join(this.directory, 'standby.signal'))
  }

  /** Empties the directory and has it filled. Until that has come to its end a mark beside it says so. */
  async fill(work: () => Promise<void>): Promise<void> {
    writeFileSync(this.#unfinished, '')
    await this.#emptyDirectory()
    await work()
    rmSync(this.#unfinished)
  }

  /** Creates an empty cluster in an empty directory. */
  async initialise(): Promise<void> {
    const { binaries, user, passwords, processes, log } = this.#options
    const passwordFile = `${this.directory}.password`
    writeFileSync(passwordFile, passwords.superuser, { mode: 0o600 })
    if (user) chownSync(passwordFile, user.uid, user.gid)
    try {
      const initdb = processes.spawn({
        command: binaries.initdb,
        args: [
          ...['--pgdata', this.directory, '--username', SUPERUSER, '--pwfile', passwordFile],
          ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
          ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
          ...['--no-sync', '--no-instructions', '--wal-segsize', '4'],
          // As in the server's own settings: nothing is left in /dev/shm when this is killed.
          ...['--set', 'dynamic_shared_memory_type=mmap'],
        ],
        env: { LC_ALL: 'C', PATH: process.env.PATH },
        ...{ cwd: '/', user, log },
      })
      const { code } = await initdb.exited
      if (code !== 0) throw new AntipodeError('START_FAILED', { what: this.#name, reason: initdb.lastWords() })
    } finally {
      rmSync(passwordFile, { force: true })
    }
  }

  /** Replaces whatever the directory holds with a copy of another server, to start as a standby. */
  async copyFrom(source: BackupSource): Promise<void> {
    await this.stop('immediate')
    await this.fill(async () => {
      await takeBaseBackupAside({ source, directory: this.directory, owner: this.#options.user })
      this.beStandby()
    })
  }

  /** Copies what it is now, while it runs, into a new directory beside its own. */
  async copyInto(directory: string, login: Pick<BackupSource, 'user' | 'password'>): Promise<void> {
    const { address: host, port, user: owner } = this.#options
    await rm(directory, { recursive: true, force: true })
    mkdirSync(directory, { mode: 0o700 })
    if (owner) chownSync(directory, owner.uid, owner.gid)
    await takeBaseBackupAside({ source: { host, port, ...login }, directory, owner })
  }

  beStandby(): void {
    const path = join(this.directory, 'standby.signal')
    writeFileSync(path, '', { mode: 0o600 })
    if (this.#options.user) chownSync(path, this.#options.user.uid, this.#options.user.gid)
  }

  bePrimary(): void {
    rmSync(join(this.directory, 'standby.signal'), { force: true })
  }

  /** As a primary that stopped in order, before it follows its successor. */
  async learnTimelinesOf({ directory }: PostgresServer): Promise<void> {
    await learnTimelines(directory, this.directory, this.#options.user)
  }

  /** Starts it and resolves when it accepts connections, be they read-only. */
  async start(upstream: ServerRole['upstream']): Promise<void> {
    if (this.child) return
    const { binaries, user, region, port, passwords, engine, log, settings, isBeside = false } = this.#options
    const address = engine.standpoint(region).listenOn(this.#options.address)
    this.#letIn()
    const deadline = performance.now() + START_SECONDS * 1000
    for (let attempt = 1; ; attempt++) {
      const child = engine.start({
        ...{ part: 'database', region, name: `${region}-database${isBeside ? '-beside' : ''}` },
        ...{ binaries, user, log, isBeside },
        args: ['-D', this.directory, ...serverSettings(binaries.major, { address, port, upstream }, settings)],
        env: { PGPASSWORD: passwords.replication },
        ...{ directory: this.directory, listeners: [{ ip: this.#options.address, port }] },
      })
      this.#child = child
      while (child.running && performance.now() < deadline) {
        if (await this.#accepts()) return
        await Promise.race([sleep(20), child.exited])
      }
      const reason = child.running ? `no connection within ${START_SECONDS} s` : child.lastWords()
      await child.kill()
      if (attempt === START_ATTEMPTS || performance.now() > deadline) {
        throw new AntipodeError('START_FAILED', { what: this.#name, reason })
      }
      await sleep(200)
    }
  }

  /** `fast` writes a last checkpoint and sends it to standbys; `immediate` leaves recovery to the next start. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await this.#child?.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT', mode === 'fast' ? 20 : 5)
  }

  /** Stops it for good. Unlike a stop, a kill leaves a segment of shared memory, which only a next start would take. */
  async retire(mode: 'fast' | 'immediate'): Promise<void> {
    await this.stop(mode)
    if (!this.#child || !this.#options.engine.sharesMemory) return
    const lockFile = await readFile(join(this.directory, 'postmaster.pid'), 'utf8').catch(() => '')
    const segment = lockFile.split('\n')[6]?.trim().split(/\s+/)[1]
    if (segment) await promisify(execFile)('ipcrm', ['-m', segment]).catch(() => undefined)
  }

  /** A connection as administrator. */
  async connect(database = 'postgres'): Promise<pg.Client> {
    const { address, port, passwords } = this.#options
    const client = new pg.Client({
      host: address,
      port,
      database,
      user: SUPERUSER,
      password: passwords.superuser,
      connectionTimeoutMillis: 2_000,
      query_timeout: 10_000,
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  /** Runs one statement as administrator. */
  async query<Row extends pg.QueryResultRow>(
    statement: string,
    values: unknown[] = [],
    database?: string,
  ): Promise<Row[]> {
    const client = await this.connect(database)
    try {
      return (await client.query<Row>(statement, values)).rows
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  get #name(): string {
    return `database of ${this.#options.region}`
  }

  get #unfinished(): string {
    return `${this.directory}.unfinished`
  }

  /** Whence calls may come is this engine's to say, and a copy or an earlier run brings along what another said. */
  #letIn(): void {
    const { engine, region } = this.#options
    const path = join(this.directory, 'pg_hba.conf')
    const { callers } = engine.standpoint(region)
    const access = ['all', 'replication'].map((database) => `host ${database} all ${callers} scram-sha-256\n`).join('')
    // A full disk takes nothing, not even what is there already.
    if (readFileSync(path, 'utf8') !== access) writeFileSync(path, access)
  }

  async #accepts(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    )
  }

  /**
   * The directory itself stays: PostgreSQL names its shared memory after the directory's inode, and so the next start
   * finds and removes what a killed server has left.
   */
  async #emptyDirectory(): Promise<void> {
    const { user } = this.#options
    if (!existsSync(this.directory)) mkdirSync(this.directory, { mode: 0o700 })
    for (const entry of await readdir(this.directory)) await rm(join(this.directory, entry), { recursive: true })
    if (user) chownSync(this.directory, user.uid, user.gid)
  }
}
