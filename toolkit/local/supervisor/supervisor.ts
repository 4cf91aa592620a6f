import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { Afflictions } from '../afflictions/index.ts'
import type { Ground } from '../afflictions/remedy.ts'
import type { LocalGslb } from '../gslb/local-gslb.ts'
import { readPlace } from '../links/region-links.ts'
import type {
  Affliction,
  ConfigurationChange,
  FaultUndo,
  GslbState,
  Link,
  LinkState,
  LocalDatabase,
  LocalDescription,
  LocalEvent,
  LocalTopology,
  Part,
  Place,
} from '../local-topology.ts'
import { type RegionPlan, urlOf } from '../plan/local-plan.ts'
import type { Exit } from '../processes/child-processes.ts'
import { ApiServer } from './api-server.ts'
import { configure } from './configure.ts'
import { describeTopology, durabilityOf, roleOf } from './describe-topology.ts'
import { EventHub } from './event-hub.ts'
import { FaultLeases } from './fault-leases.ts'
import { type Foundation, layFoundation, type UpOptions } from './foundation.ts'
import { RegionParts } from './region-parts.ts'
import { type ObservedWriter, RegionWatch } from './region-watch.ts'
import { startGslb } from './start-gslb.ts'
import { interruptedStart, startRegions } from './start-regions.ts'

const RESTART_MILLISECONDS = 500

/**
 * The supervisor behind `antipode up`: starts every process of a topology, keeps what it is told to keep, and ends it
 * all again. Its life: `bringUp` once, then calls in any order, then `stop`, which may come at any moment, also while
 * coming up, and always leaves nothing behind.
 */
export class Supervisor implements LocalTopology {
  readonly #options: UpOptions
  readonly #hub = new EventHub()
  readonly #leases = new FaultLeases((id, undo) => this.#expire(id, undo))
  readonly #regions = new Map<string, RegionParts>()
  readonly #afflictions = new Afflictions((region) => this.#ground(region))
  #laying: Promise<Foundation> | undefined
  #foundation: Foundation | undefined
  #api: ApiServer | undefined
  #watch: RegionWatch | undefined
  #gslb: LocalGslb | undefined
  #ready = false
  #stopping: Promise<void> | undefined
  readonly #stopped = Promise.withResolvers<void>()

  constructor(options: UpOptions) {
    this.#options = options
  }

  /** Resolves when every region serves and, where one is to write, one does. */
  async bringUp(): Promise<LocalDescription> {
    this.#laying = layFoundation(this.#options)
    const foundation = await this.#laying
    this.#foundation = foundation
    if (this.#stopping) throw interruptedStart()
    for (const region of foundation.plan.regions) {
      this.#regions.set(
        region.name,
        new RegionParts({
          ...{ region: region.name, engine: foundation.engine },
          ...{ database: foundation.databases.get(region.name)!, ...foundation.programs(region) },
          ...{ admin: urlOf('http', region.admin), status: urlOf('http', region.status) },
          adminKey: foundation.adminKey,
          onChange: (event, part, exit) => this.#partChanged(region.name, event, part, exit),
        }),
      )
    }
    this.#watch = new RegionWatch(
      foundation.plan.regions.map(({ name, admin }) => ({
        ...{ name, admin: urlOf('http', admin), adminKey: foundation.adminKey },
      })),
      () => this.#writerChanged(),
    )
    this.#api = new ApiServer(this, foundation.workspace.socket)
    await this.#api.listen()
    const onChange = (state: GslbState): void => this.#hub.emit({ event: 'gslb', ...state })
    await Promise.all([
      startGslb(foundation, this.#options, onChange).then((gslb) => {
        this.#gslb = gslb
      }),
      startRegions({ foundation, regions: this.#regions, watch: this.#watch, progress: this.#options.progress }),
    ])
    if (this.#stopping) throw interruptedStart()
    this.#gslb?.startChecks()
    foundation.announcement.inWorkingDirectory(this.#options.cwd)
    this.#watch.start()
    this.#ready = true
    return this.describe()
  }

  async describe(): Promise<LocalDescription> {
    return describeTopology(this.#base(), this.#regions, this.#observed)
  }

  async kill(region: string, parts: readonly Part[]): Promise<void> {
    for (const part of parts) this.#base().links.drop(region, part)
    await this.#parts(region).kill(parts)
  }

  async freeze(region: string, parts: readonly Part[]): Promise<void> {
    await this.#parts(region).freeze(parts)
    this.#hub.emit({ event: 'frozen', parts, regions: [{ name: region }] })
  }

  async thaw(region: string, parts: readonly Part[]): Promise<void> {
    await this.#parts(region).thaw(parts)
    this.#hub.emit({ event: 'thawed', parts, regions: [{ name: region }] })
  }

  async start(region: string, parts: readonly Part[]): Promise<void> {
    const target = this.#parts(region)
    for (const part of ['database', 'control-plane', 'data-plane'] as const) {
      if (parts.includes(part)) await target.start(part)
    }
  }

  async link(from: Place, to: Place, state: LinkState, ways: 'both' | 'there' = 'both'): Promise<void> {
    for (const place of [from, to]) this.#parts(readPlace(place).region)
    const { links } = this.#base()
    links.set(from, to, state)
    if (ways === 'both') links.set(to, from, state)
    await links.settle()
    this.#hub.emit({ event: 'link', from, to, ways, ...state })
  }

  async links(): Promise<readonly Link[]> {
    return this.#base().links.list()
  }

  async afflict(affliction: Affliction): Promise<void> {
    await this.#afflictions.inflict(affliction)
    this.#hub.emit({ event: 'afflicted', ...affliction })
  }

  async relieve(affliction: Affliction): Promise<void> {
    await this.#afflictions.relieve(affliction)
    this.#hub.emit({ event: 'relieved', ...affliction })
  }

  async afflictions(): Promise<readonly Affliction[]> {
    return this.#afflictions.list
  }

  async configure(change: ConfigurationChange): Promise<void> {
    await Promise.all(this.#writers(change.region).map((writer) => configure(writer, change)))
  }

  async undo(step: FaultUndo): Promise<void> {
    switch (step.do) {
      case 'link':
        return this.link(step.from, step.to, step.state, 'there')
      case 'relieve':
        return this.relieve(step.affliction)
      case 'configure':
        return this.configure(step)
      case 'start-upstream':
      case 'join-operator':
        return
      default:
        return this[step.do](step.region, step.parts)
    }
  }

  database(region: string): LocalDatabase {
    const parts = this.#parts(region)
    const { database } = parts
    const changing = (change: () => Promise<void>): Promise<void> => parts.whileChangingDatabase(change)
    return {
      status: () => database.status(),
      stop: (mode) => changing(() => database.stop(mode)),
      startAsStandby: (of) => changing(() => database.startAsStandby(of)),
      startAsPrimary: () => changing(() => database.startAsPrimary()),
      rebuild: (from) => changing(() => database.rebuild(from)),
      buildBeside: (from, major) => database.buildBeside(from, major),
      discardBeside: () => database.discardBeside(),
      moveIn: () => changing(() => database.moveIn()),
    }
  }

  async gslb(): Promise<GslbState> {
    if (this.#gslb) return this.#gslb.state()
    throw new AntipodeError('USAGE', { reason: 'one region without a topology runs without a GSLB' })
  }

  async lease(id: string, seconds: number, undo: readonly FaultUndo[]): Promise<void> {
    this.#leases.grant(id, seconds, undo)
  }

  async release(id: string): Promise<void> {
    this.#leases.release(id)
  }

  events(signal: AbortSignal): AsyncIterable<LocalEvent> {
    return this.#hub.iterate(signal)
  }

  /** Calls `listener` for every event from now on. */
  onEvent(listener: (event: LocalEvent) => void): void {
    this.#hub.on(listener)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#takeDown().finally(() => this.#stopped.resolve())
    return this.#stopping
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  async #takeDown(): Promise<void> {
    this.#hub.emit({ event: 'stopping' })
    this.#leases.close()
    this.#watch?.close()
    const foundation = await this.#laying?.catch(() => undefined)
    if (!foundation) return
    // Data that goes anyway needs no last checkpoint, and a start that has not come to an end needs no patience.
    const mode = foundation.workspace.kept && this.#ready ? 'fast' : 'immediate'
    if (!this.#ready) await foundation.end()
    await Promise.all([...this.#regions.values()].map((parts) => parts.stop(mode)))
    await Promise.all([this.#gslb?.close(), this.#afflictions.close()])
    await foundation.close()
  }

  /** Resolves when it was stopped, by whomever, and the answer to who asked for it has left. */
  async closed(): Promise<void> {
    await this.#stopped.promise
    await this.#api?.close()
  }

  #writerChanged(): void {
    const { plan, state } = this.#base()
    const { writer } = this.#observed
    if (!writer || !plan.regions.some(isPrimary)) return
    state.rememberPrimary(writer)
    for (const { database } of this.#regions.values()) void database.forgetFormerFollowers().catch(() => undefined)
    if (!this.#ready) return
    const regions = plan.regions.map(({ name }) => ({ name, role: roleOf(plan, name, this.#observed) }))
    this.#hub.emit({ event: 'writer', writer, durability: durabilityOf(plan, this.#observed), regions })
  }

  #partChanged(region: string, event: 'started' | 'exited', part: Part, exit?: Exit): void {
    void this.#base().links.renew({ region, part })
    if (!this.#ready || this.#stopping) return
    const { processes } = this.#parts(region)
    this.#hub.emit({ event, part, ...exit, regions: [{ name: region, processes }] })
    const meant = part === 'database' && this.#parts(region).isChangingDatabase
    if (event === 'exited' && this.#options.supervise && !meant) void this.#revive(region, part)
  }

  /** Starts a dead part again, until it serves. */
  async #revive(region: string, part: Part): Promise<void> {
    for (;;) {
      await sleep(RESTART_MILLISECONDS)
      if (this.#stopping) return
      try {
        return await this.start(region, [part])
      } catch (error) {
        this.#options.progress(`${region}: ${(error as Error).message}`)
      }
    }
  }

  async #expire(id: string, undo: readonly FaultUndo[]): Promise<void> {
    this.#hub.emit({ event: 'lease-expired', lease: id })
    for (const step of undo) {
      try {
        await this.undo(step)
      } catch (error) {
        this.#options.progress(`lease ${id}: ${step.do} failed: ${(error as Error).message}`)
      }
    }
  }

  #ground(region: string | null): Omit<Ground, 'keep'> {
    const foundation = this.#base()
    const name = region ?? foundation.plan.regions[0]!.name
    return {
      ...{ foundation, gslb: this.#gslb, parts: this.#parts(name) },
      kill: (part) => this.kill(name, [part]),
      start: (part) => this.start(name, [part]),
    }
  }

  /** Where configuration is written now: in the region that is meant, in the writer, or in each that writes for itself. */
  #writers(meant: string | undefined): { admin: string; adminKey: string | null }[] {
    const { plan, adminKey } = this.#base()
    if (meant !== undefined) this.#parts(meant)
    const one = meant ?? (plan.regions.some(isPrimary) ? (this.#observed.writer ?? plan.regions[0]!.name) : undefined)
    return plan.regions
      .filter(({ name }) => one === undefined || name === one)
      .map(({ admin }) => ({ admin: urlOf('http', admin), adminKey }))
  }

  get #observed(): ObservedWriter {
    return this.#watch?.observed ?? { writer: undefined, durability: undefined }
  }

  #base(): Foundation {
    if (!this.#foundation) throw new Error('the supervisor has not laid its foundation yet')
    return this.#foundation
  }

  #parts(region: string): RegionParts {
    const parts = this.#regions.get(region)
    if (parts) return parts
    const known = [...this.#regions.keys()].join(', ')
    throw new AntipodeError('USAGE', { reason: `there is no region ${region}; the topology has ${known}` })
  }
}

function isPrimary({ declaredRole }: RegionPlan): boolean {
  return declaredRole === 'primary'
}
