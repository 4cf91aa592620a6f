import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Durability } from '../../../runtime/model/region-state.ts'
import { startIndependent, startReplicated } from '../database/start-databases.ts'
import { LocalGslb, type RegionPlace } from '../gslb/local-gslb.ts'
import { synthesiseZone } from '../gslb/synthesise-zone.ts'
import type {
  FaultUndo,
  GslbState,
  Link,
  LinkState,
  LocalDatabase,
  LocalDescription,
  LocalEvent,
  LocalRegion,
  LocalTopology,
  Part,
} from '../local-topology.ts'
import { urlOf } from '../plan/local-plan.ts'
import { databaseUrl } from '../plan/process-config.ts'
import type { Exit } from '../processes/child-processes.ts'
import { ApiServer } from './api-server.ts'
import { EventHub } from './event-hub.ts'
import { FaultLeases } from './fault-leases.ts'
import { type Foundation, layFoundation, type UpOptions } from './foundation.ts'
import { RegionParts } from './region-parts.ts'
import { RegionWatch } from './region-watch.ts'

const WRITER_SECONDS = 30
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
    this.#refuseWhenStopping()
    for (const region of foundation.plan.regions) {
      this.#regions.set(
        region.name,
        new RegionParts({
          ...{ region: region.name, processes: foundation.processes },
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
    await Promise.all([this.#startRegions(foundation), this.#startGslb(foundation)])
    this.#refuseWhenStopping()
    this.#gslb?.startChecks()
    foundation.announce()
    this.#watch.start()
    this.#ready = true
    return this.describe()
  }

  async describe(): Promise<LocalDescription> {
    const { plan, workspace, identities } = this.#base()
    return {
      topology: plan.name,
      durability: this.#durability(),
      gslb: plan.gslb ? { dns: `${plan.gslb.listener.ip}:${plan.gslb.listener.port}`, host: plan.gslb.host } : null,
      regions: plan.regions.map(({ name }) => this.#describeRegion(name)),
      dataDir: workspace.dataDirectory,
      operator: { ...identities.operator, ca: identities.authority.certificate },
      hash: plan.hash,
    }
  }

  async kill(region: string, parts: readonly Part[]): Promise<void> {
    const links = this.#base().links
    for (const service of ['database', 'control-plane'] as const) {
      if (parts.includes(service)) links.drop(region, service)
    }
    await this.#parts(region).kill(parts)
  }

  async freeze(region: string, parts: readonly Part[]): Promise<void> {
    this.#parts(region).freeze(parts)
    this.#hub.emit({ event: 'frozen', parts, regions: [{ name: region }] })
  }

  async thaw(region: string, parts: readonly Part[]): Promise<void> {
    this.#parts(region).thaw(parts)
    this.#hub.emit({ event: 'thawed', parts, regions: [{ name: region }] })
  }

  async start(region: string, parts: readonly Part[]): Promise<void> {
    const target = this.#parts(region)
    for (const part of ['database', 'control-plane', 'data-plane'] as const) {
      if (parts.includes(part)) await target.start(part)
    }
  }

  async link(from: string, to: string, state: LinkState): Promise<void> {
    this.#parts(from)
    this.#parts(to)
    this.#base().links.set(from, to, state)
    this.#hub.emit({ event: 'link', from, to, ...state })
  }

  async links(): Promise<readonly Link[]> {
    return this.#base().links.list()
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
    if (!this.#ready) await foundation.processes.close()
    await Promise.all([...this.#regions.values()].map((parts) => parts.stop(mode)))
    await this.#gslb?.close()
    await foundation.close()
  }

  /** Resolves when it was stopped, by whomever, and the answer to who asked for it has left. */
  async closed(): Promise<void> {
    await this.#stopped.promise
    await this.#api?.close()
  }

  async #startRegions({ plan, databases, lastPrimary, processes }: Foundation): Promise<void> {
    // Control planes wait for their database, and data planes for their control plane, so all may begin at once.
    const served = [...this.#regions.values()].flatMap((parts) => [
      parts.start('control-plane'),
      parts.start('data-plane').then(() => parts.untilServing()),
    ])
    const serving = Promise.all(served)
    serving.catch(() => undefined)
    const onReady = (region: string): void => {
      this.#parts(region).noticeDatabase()
      this.#options.progress(`${region}: database accepts connections`)
    }
    const starting = { databases, onReady }
    const primary = plan.regions.find(({ declaredRole }) => declaredRole === 'primary')
    await (primary ? startReplicated(starting, primary.name, lastPrimary) : startIndependent(starting))
    await serving
    await this.#untilWriting()
    if (processes.closed) this.#refuseWhenStopping()
  }

  async #startGslb({ plan, workspace, processes }: Foundation): Promise<void> {
    const { topologyFile, programs } = this.#options
    if (!plan.gslb || !topologyFile) return
    const { host, listener } = plan.gslb
    const zone = await synthesiseZone({
      ...{ topology: plan.name, topologyFile, host, synthProgram: programs.synth, processes },
      ...{ directory: workspace.private('cdktf.out'), log: join(workspace.private('logs'), 'synthesis.log') },
    })
    this.#refuseWhenStopping()
    const places = plan.regions.map(({ name, address, status }): [string, RegionPlace] => [
      name,
      { address, status: { host: status.ip, port: status.port } },
    ])
    this.#gslb = new LocalGslb({
      ...{ zone, places: new Map(places) },
      onChange: (state) => this.#hub.emit({ event: 'gslb', ...state }),
    })
    await this.#gslb.listen(listener.ip, listener.port)
    this.#options.progress(`GSLB answers for ${host} on ${listener.ip}:${listener.port}`)
  }

  async #untilWriting(): Promise<void> {
    const deadline = performance.now() + WRITER_SECONDS * 1000
    for (;;) {
      const states = await this.#watch!.look()
      const writers = states.filter((state) => state?.role === 'active' || state?.role === 'solo')
      const wanted = this.#base().plan.regions.filter(({ declaredRole }) => declaredRole !== 'standby').length
      if (writers.length >= wanted) return
      this.#refuseWhenStopping()
      if (performance.now() > deadline) {
        const reason = states.map((state) => `${state?.region} is ${state?.role}: ${state?.reason}`).join('; ')
        throw new AntipodeError('START_FAILED', { what: 'the writing region', reason })
      }
      await sleep(50)
    }
  }

  #describeRegion(name: string): LocalRegion {
    const { plan, adminKey, secrets } = this.#base()
    const region = plan.regions.find((candidate) => candidate.name === name)!
    return {
      ...{ name, role: this.#roleOf(name), index: region.index, address: region.address },
      ...{ admin: urlOf('http', region.admin), adminKey, gateway: urlOf('http', region.gateway[0]!) },
      ...{ sync: urlOf('https', region.sync), status: urlOf('http', region.status) },
      database: databaseUrl(region, secrets.database.controlPlane),
      processes: this.#parts(name).processes,
    }
  }

  /** What a region is now: after a failover the declared roles are history. */
  #roleOf(name: string): LocalRegion['role'] {
    const { plan } = this.#base()
    const declared = plan.regions.find((region) => region.name === name)!.declaredRole
    const writer = this.#watch?.observed.writer
    if (declared === 'active' || !writer) return declared
    return name === writer ? 'primary' : 'standby'
  }

  #durability(): Durability {
    const { commit } = this.#base().plan
    return commit === 'local' ? 'local' : (this.#watch?.observed.durability ?? commit)
  }

  #writerChanged(): void {
    const foundation = this.#base()
    const replicated = foundation.plan.regions.some(({ declaredRole }) => declaredRole === 'primary')
    const { writer } = this.#watch!.observed
    if (replicated && writer) foundation.lastPrimary = writer
    if (!this.#ready || !replicated) return
    const regions = foundation.plan.regions.map(({ name }) => ({ name, role: this.#roleOf(name) }))
    this.#hub.emit({ event: 'writer', writer, durability: this.#durability(), regions })
  }

  #partChanged(region: string, event: 'started' | 'exited', part: Part, exit?: Exit): void {
    if (!this.#ready || this.#stopping) return
    const { processes } = this.#parts(region)
    this.#hub.emit({ event, part, ...exit, regions: [{ name: region, processes }] })
    if (event !== 'exited' || !this.#options.supervise || this.#parts(region).isChangingDatabase) return
    setTimeout(() => {
      if (!this.#stopping) this.start(region, [part]).catch((error) => this.#options.progress(String(error.message)))
    }, RESTART_MILLISECONDS)
  }

  async #expire(id: string, undo: readonly FaultUndo[]): Promise<void> {
    this.#hub.emit({ event: 'lease-expired', lease: id })
    for (const step of undo) {
      try {
        if (step.do === 'link') await this.link(step.from, step.to, step.state)
        else await this[step.do](step.region, step.parts)
      } catch (error) {
        this.#options.progress(`lease ${id}: ${step.do} failed: ${(error as Error).message}`)
      }
    }
  }

  #refuseWhenStopping(): void {
    if (this.#stopping) throw new AntipodeError('START_FAILED', { what: 'the topology', reason: 'it was interrupted' })
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
