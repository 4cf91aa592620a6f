import { join } from 'node:path'
import type { LocalDescription } from '../../local/local-topology.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import type { Scene, Watched } from '../faults/fault-interface.ts'
import type { Write } from '../measure/observations.ts'
import { ObservationLog } from '../traffic/observation-log.ts'
import { RegionalUpstreams } from '../traffic/regional-upstreams.ts'
import { startVantages, type VantageTask } from '../traffic/start-vantages.ts'
import type { ReachableRegion } from '../traffic/vantage-messages.ts'
import type { VantagePoint } from '../traffic/vantage-point.ts'
import type { AdminRegion } from '../writes/admin-region.ts'
import { OWN_RESOURCES } from '../writes/editions.ts'
import { Publication } from '../writes/publication.ts'
import { Writer } from '../writes/writer.ts'
import { OperatorLinks } from './operator-links.ts'

/** How long to wait for the last unclear writes to be resolved. */
const WRITER_PATIENCE = 10_000

/** Everything around the topology that plays the outside world: callers, vantage points, an upstream and a writer. */
export class Stage implements Scene {
  readonly log = new ObservationLog()
  readonly upgradeDatabases: Scene['upgradeDatabases']
  readonly moveWriterAround: Scene['moveWriterAround']
  /** Monotonic time of the first call. */
  began = 0
  readonly #description: LocalDescription
  readonly #drill: CompiledDrill
  readonly #ledger: string
  readonly #publications: readonly Publication[]
  readonly #operatorLinks: OperatorLinks
  #upstreams: RegionalUpstreams | undefined
  #published = false
  #vantages: VantagePoint[] = []
  #writer: Writer | undefined
  #written: readonly Write[] = []

  /**
   * @param directory where the independent client keeps its ledger
   * @param operator what faults need one for
   */
  constructor(
    description: LocalDescription,
    drill: CompiledDrill,
    directory: string,
    operator: Pick<Scene, 'upgradeDatabases' | 'moveWriterAround'>,
  ) {
    this.#description = description
    this.upgradeDatabases = operator.upgradeDatabases
    this.moveWriterAround = operator.moveWriterAround
    this.#drill = drill
    this.#ledger = join(directory, 'writes.ndjson')
    this.#operatorLinks = new OperatorLinks(description.regions)
    const { topology, spec } = drill
    this.#publications = drill.independent
      ? description.regions.map((region) => new Publication([region], topology.host, spec.traffic.calls, OWN_RESOURCES))
      : [new Publication(description.regions, topology.host, spec.traffic.calls)]
  }

  /** The regions as the operator and the independent client reach them. */
  get operated(): readonly AdminRegion[] {
    return this.#operatorLinks.regions
  }

  /** Takes away what a drill that was killed has left published, so that it does not count as normal. */
  async sweep(): Promise<void> {
    await this.#each((publication) => publication.sweep())
  }

  /** Publishes what the traffic calls. */
  async publish(): Promise<void> {
    // Only what can be cut needs something in between.
    await this.#operatorLinks.open(this.#watched(({ operators }) => operators))
    const regions = this.#description.regions.map(({ name }) => name)
    const lost = this.#watched(({ upstreams }) => upstreams)
    this.#upstreams = await RegionalUpstreams.start(
      lost.length > 0 ? regions : regions.slice(0, 1),
      this.#description.machine,
    )
    this.#published = true
    const { nodes } = this.#upstreams
    await this.#each((publication) => publication.publish(nodes))
  }

  async loseUpstream(region: string): Promise<void> {
    await this.#upstreams?.lose(region)
  }

  async startUpstream(region: string): Promise<void> {
    await this.#upstreams?.startAgain(region)
  }

  async cutOffOperator(region: string): Promise<void> {
    this.#operatorLinks.cut(region)
  }

  async joinOperator(region: string): Promise<void> {
    this.#operatorLinks.join(region)
  }

  /** Starts callers, probes and the writer, each in its own process. */
  async startTraffic(): Promise<void> {
    const { traffic } = this.#drill.spec
    this.#writer = await Writer.launch()
    const { points, began } = await startVantages(traffic, this.log, (vantage) => this.#task(vantage))
    this.#vantages = points
    this.began = began
    const order = {
      regions: this.operated,
      first: this.#drill.writer,
      independent: this.#drill.independent,
      start: this.began,
      perSecond: this.#drill.spec.traffic.writes.value,
      ledger: this.#ledger,
    }
    this.#writer.write(order, this.log)
  }

  /** Ends the writing; every write by the ledger on disk, also when it is asked for again. */
  async stopWriter(): Promise<readonly Write[]> {
    const writer = this.#writer
    this.#writer = undefined
    if (writer) this.#written = await writer.stop(WRITER_PATIENCE)
    return this.#written
  }

  async stopTraffic(): Promise<void> {
    await Promise.all(this.#vantages.map((vantage) => vantage.stop()))
    this.#vantages = []
  }

  /** Calls that reached the upstream more than once. */
  async duplicated(): Promise<number> {
    return (await this.#upstreams?.duplicated()) ?? 0
  }

  /** Takes away what the drill published, once the writing has ended; a second time does nothing. */
  async withdraw(): Promise<void> {
    if (!this.#published) return
    this.#published = false
    // By the ledger: of a write without an answer the log knows nothing, and it may be there all the same.
    const numbers = [...new Set(this.#written.map(({ number }) => number))]
    await this.#each((publication) => publication.withdraw(numbers))
  }

  /** Ends every process that is still there. */
  async close(): Promise<void> {
    await Promise.all([this.stopTraffic(), this.#writer?.stop(0)])
    await this.#upstreams?.stop()
    await this.#operatorLinks.close()
  }

  /** Regions that write for themselves are no obstacle to each other. */
  async #each(act: (publication: Publication) => Promise<void>): Promise<void> {
    await Promise.all(this.#publications.map(act))
  }

  #watched(kind: (watched: Watched) => readonly string[] | undefined): string[] {
    const { faults } = this.#drill
    return [...new Set(faults.flatMap(({ fault, plan }) => kind(fault.watches?.(plan) ?? {}) ?? []))]
  }

  #task(vantage: string): VantageTask {
    const { spec, topology, faults } = this.#drill
    const { cohorts, calls, timeout } = spec.traffic
    const [address = '127.0.0.1', port = '53'] = this.#description.gslb?.dns.split(':') ?? []
    const regions = this.#description.regions.map((region) => ({
      ...reachable(region),
      upstream: this.#upstreams?.nodeOf(region.name) ?? null,
    }))
    const databases = faults
      .flatMap(({ fault, plan }) => fault.reach(plan).regions)
      .filter(({ parts }) => parts.includes('database'))
    return {
      host: topology.host,
      dns: { address, port: Number(port) },
      nearest: topology.gslb.policy === 'failover' ? null : this.#drill.homes[vantage]!,
      regions,
      probes: [
        ...regions.flatMap(({ name }) =>
          (['data-plane', 'control-plane'] as const).map((part) => ({ region: name, part })),
        ),
        // A probe costs a database a process, so only those that are to be lost are asked.
        ...databases.map(({ region }) => ({ region, part: 'database' as const })),
        ...this.#watched(({ upstreams }) => upstreams).map((region) => ({ region, part: 'upstream' as const })),
      ],
      certificates: this.#watched(({ certificates }) => certificates),
      editions: this.#drill.independent ? regions.map(({ name }) => name) : [],
      cohorts,
      calls,
      timeout: timeout.milliseconds,
      clientTail: topology.gslb.clientTail.milliseconds,
    }
  }
}

function reachable(region: LocalDescription['regions'][number]): Omit<ReachableRegion, 'upstream'> {
  const database = new URL(region.database)
  return {
    name: region.name,
    address: new URL(region.gateway).hostname,
    gatewayPort: Number(new URL(region.gateway).port),
    status: region.status,
    admin: region.admin,
    adminKey: region.adminKey,
    database: { address: database.hostname, port: Number(database.port) },
    sync: region.sync,
  }
}
