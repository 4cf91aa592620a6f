import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { RegionState } from '../../../runtime/model/region-state.ts'
import type { RegionDatabase } from '../database/region-database.ts'
import type { Engine, RunningPart, RuntimeProgram } from '../engine/engine.ts'
import type { LocalRegion, Part } from '../local-topology.ts'
import type { Exit } from '../processes/child-processes.ts'
import { askRegionState, askStatus } from './region-questions.ts'

export interface RegionPartsOptions {
  readonly region: string
  readonly engine: Engine
  readonly database: RegionDatabase
  readonly controlPlane: RuntimeProgram
  readonly dataPlanes: readonly RuntimeProgram[]
  readonly admin: string
  readonly adminKey: string | null
  readonly status: string
  /** A process of the part began, or ended without being asked to. */
  readonly onChange: (event: 'started' | 'exited', part: Part, exit?: Exit) => void
}

const START_SECONDS = 60
/** Long enough to hand connections over, short enough for Ctrl-C. */
const STOP_SECONDS = 5

/** What a control plane is started with beside its own. */
export type Surroundings = Pick<RuntimeProgram, 'env' | 'reads'>

/** The parts of one region: whether they run is known from the engine, whether they serve by asking them. */
export class RegionParts {
  readonly database: RegionDatabase
  readonly #options: RegionPartsOptions
  #controlPlane: RunningPart | undefined
  readonly #dataPlanes: (RunningPart | undefined)[]
  #watchedDatabase: RunningPart | undefined
  #surroundings: Surroundings = {}
  #changesOfDatabase = 0
  #changed: Promise<void> = Promise.resolve()

  constructor(options: RegionPartsOptions) {
    this.#options = options
    this.database = options.database
    this.#dataPlanes = options.dataPlanes.map(() => undefined)
  }

  /** Root process ids of what lives. */
  get processes(): LocalRegion['processes'] {
    return {
      controlPlane: pidsOf(this.#children('control-plane')),
      dataPlane: pidsOf(this.#children('data-plane')),
      database: pidsOf(this.#children('database')),
    }
  }

  /** Its database is being stopped, rebuilt or given another role, so that its end is no loss. */
  get isChangingDatabase(): boolean {
    return this.#changesOfDatabase > 0
  }

  /** Starts what is dead and resolves when it serves. */
  async start(part: Part): Promise<void> {
    if (part === 'database') {
      await this.whileChangingDatabase(() => this.database.start())
    } else if (part === 'control-plane') {
      this.spawnControlPlane()
      await this.#until(part, async () => (await this.state()) !== undefined)
    } else {
      this.spawnDataPlanes()
      await this.#until(part, () => askStatus(this.#options.status, '/status'))
    }
  }

  spawnControlPlane(): void {
    if (this.#controlPlane?.running) return
    const { controlPlane } = this.#options
    this.#controlPlane = this.#start({ ...controlPlane, ...this.#surroundings })
  }

  /** What the control plane's next starts are given. */
  surroundControlPlane(surroundings: Surroundings): void {
    this.#surroundings = surroundings
  }

  /** To the root process of a part. */
  signal(part: Part, signal: NodeJS.Signals): void {
    for (const child of this.#children(part)) child.signal(signal)
  }

  spawnDataPlanes(): void {
    for (const [i, program] of this.#options.dataPlanes.entries()) {
      if (!this.#dataPlanes[i]?.running) this.#dataPlanes[i] = this.#start(program)
    }
  }

  /** Reports the database's process, which its own supervisor starts. */
  noticeDatabase(): void {
    const child = this.database.server.child
    if (!child || child === this.#watchedDatabase) return
    this.#watchedDatabase = child
    this.#watch('database', child)
  }

  /** Resolves when the data planes hold configuration and serve calls. */
  async untilServing(): Promise<void> {
    await this.#until('data-plane', () => askStatus(this.#options.status, '/status/ready'))
  }

  async kill(parts: readonly Part[]): Promise<void> {
    await Promise.all(parts.flatMap((part) => this.#children(part)).map((child) => child.kill()))
  }

  async freeze(parts: readonly Part[]): Promise<void> {
    await Promise.all(parts.flatMap((part) => this.#children(part)).map((child) => child.freeze()))
  }

  async thaw(parts: readonly Part[]): Promise<void> {
    await Promise.all(parts.flatMap((part) => this.#children(part)).map((child) => child.thaw()))
  }

  /** What the control plane says of itself; undefined when it does not answer. */
  state(): Promise<RegionState | undefined> {
    return askRegionState(this.#options.admin, this.#options.adminKey)
  }

  /** Ends gateways and control plane tidily, then the database. */
  async stop(databaseMode: 'fast' | 'immediate'): Promise<void> {
    const tidy = [...this.#children('data-plane'), ...this.#children('control-plane')]
    await Promise.all(tidy.map((child) => child.stop('SIGTERM', STOP_SECONDS)))
    await this.database.server.retire(databaseMode)
  }

  /** One change after the other: a start in the middle of a copy would run over half a database. */
  async whileChangingDatabase(change: () => Promise<void>): Promise<void> {
    this.#changesOfDatabase++
    const changed = this.#changed.then(change)
    this.#changed = changed.catch(() => undefined)
    try {
      await changed
    } finally {
      this.#changesOfDatabase--
      this.noticeDatabase()
    }
  }

  #children(part: Part): RunningPart[] {
    const children =
      part === 'control-plane'
        ? [this.#controlPlane]
        : part === 'data-plane'
          ? this.#dataPlanes
          : [this.database.server.child]
    return children.filter((child) => child?.running === true) as RunningPart[]
  }

  #start(program: RuntimeProgram): RunningPart {
    const child = this.#options.engine.start(program)
    this.#watch(program.part, child)
    return child
  }

  #watch(part: Part, child: RunningPart): void {
    // Told once its process id is in `processes`.
    void child.started.then(() => this.#options.onChange('started', part))
    void child.exited.then((exit) => this.#options.onChange('exited', part, exit))
  }

  async #until(part: Part, serves: () => Promise<boolean>): Promise<void> {
    const what = `${part} of ${this.#options.region}`
    const deadline = performance.now() + START_SECONDS * 1000
    const children = part === 'control-plane' ? [this.#controlPlane!] : (this.#dataPlanes as RunningPart[])
    while (!(await serves())) {
      const dead = children.find((child) => !child.running)
      if (dead) throw new AntipodeError('START_FAILED', { what, reason: dead.lastWords() })
      if (performance.now() > deadline) {
        const words = children.map((child) => child.lastWords()).join('\n')
        throw new AntipodeError('START_FAILED', {
          what,
          reason: `it did not serve within ${START_SECONDS} s\n${words}`,
        })
      }
      await sleep(50)
    }
  }
}

function pidsOf(children: readonly RunningPart[]): number[] {
  return children.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
}
