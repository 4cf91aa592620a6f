import { REGION_ROLES, type RegionState } from '../../model/region-state.ts'
import { RUNTIME_VERSION } from '../../model/runtime-version.ts'
import { compareVersions, type Version } from '../../model/version.ts'
import { Counter, countOf, expose, gauge, Histogram, type Metric, type Sample } from './exposition.ts'
import { WRITE_OUTCOMES } from './metered-store.ts'
import { processMetrics } from './process-metrics.ts'

/** Where the figures come from, asked at every scrape. */
export interface MetricSources {
  state(): RegionState
  unready(): string | undefined
  /** Leads its region. */
  leads(): boolean
  counts(): {
    readonly databaseConnections: number
    readonly leaderships: number
    /** What it did without an operator; absent where it may do nothing. */
    readonly failovers?: number
    readonly solos?: number
  }
  /** Of parts that keep their own. */
  further?(): Iterable<Metric>
  published(): { readonly version: Version | undefined; readonly at: number }
}

const INSTANCE_STATUSES = ['Healthy', 'Only Heartbeat', 'Lost Connection', 'Offline'] as const
/** Seconds. A write waits for a round trip to the standby; a delivery may wait for a data plane that is away. */
const WRITE_BOUNDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const DELIVERY_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * What Prometheus is told of a control plane. Figures of the region (role, lease, lag, instances) are the leader's,
 * also where another control plane is asked; those of writes, deliveries and the process are the process's own.
 */
export class ControlPlaneMetrics {
  readonly #sources: MetricSources
  readonly #process = processMetrics()
  readonly #writes = new Counter(
    'antipode_writes_total',
    'Writes that this control plane was asked for as the leader, by how they ended.',
    'outcome',
    WRITE_OUTCOMES,
  )
  readonly #writing = new Histogram(
    'antipode_write_duration_seconds',
    'Time from a write to its answer, confirmation included.',
    WRITE_BOUNDS,
  )
  readonly #delivering = new Histogram(
    'antipode_delivery_duration_seconds',
    'Time from publishing the newest version to its acknowledgement by a gateway instance.',
    DELIVERY_BOUNDS,
  )
  #refusals = 0
  #connected = 0

  constructor(sources: MetricSources) {
    this.#sources = sources
  }

  /** A write has been answered. */
  wrote(outcome: string, seconds: number): void {
    this.#writes.add(outcome)
    this.#writing.observe(seconds)
  }

  /** An instance says what it applied, and how many resources it refused. */
  acknowledged(version: Version | null, refused: number): void {
    this.#refusals += refused
    const { version: newest, at } = this.#sources.published()
    if (!version || !newest || compareVersions(version, newest) !== 0) return
    this.#delivering.observe(Math.max(0, Date.now() - at) / 1000)
  }

  /** A data plane has opened its stream. @returns what to call when it closed */
  connected(): () => void {
    this.#connected += 1
    return () => {
      this.#connected -= 1
    }
  }

  /** Everything at this moment, in Prometheus' text format. */
  expose(): string {
    const further = this.#sources.further?.() ?? []
    const own = this.#ofControlPlane()
    return expose([...this.#ofRegion(this.#sources.state()), ...own, ...further, ...this.#process.metrics])
  }

  close(): void {
    this.#process.close()
  }

  #ofRegion(state: RegionState): Metric[] {
    const { role, epoch, revision, lease, peer, lag, instances, automatic } = state
    const each = <T extends string>(label: string, values: readonly T[], read: (value: T) => number): Sample[] =>
      values.map((value) => ({ labels: { [label]: value }, value: read(value) }))
    return [
      gauge('antipode_role', 'Role of the region: 1 for the one it has.', () =>
        each('role', REGION_ROLES, (name) => Number(name === role)),
      ),
      gauge('antipode_epoch', 'Newest epoch known.', () => epoch),
      gauge('antipode_revision', 'Newest revision shown.', () => revision),
      gauge(
        'antipode_lease_remaining_seconds',
        'Rest of the right to write; absent where there is none to hold.',
        () => (lease ? lease.remaining : null),
      ),
      gauge(
        'antipode_automatic_failover_ready',
        'Whether the region would act by itself once the other one was gone; absent where only operators act.',
        () => (automatic ? Number(automatic.ready) : null),
      ),
      gauge('antipode_peer_reachable', 'Whether the peer region answers; absent without a peer.', () =>
        peer ? Number(peer.reachable) : null,
      ),
      gauge('antipode_replication_lag_seconds', 'Age of what the standby shows; absent on a writer.', () =>
        lag ? lag.seconds : null,
      ),
      gauge('antipode_replication_lag_bytes', 'What the standby received and does not show; absent on a writer.', () =>
        lag ? lag.bytes : null,
      ),
      gauge('antipode_instances', 'Gateway instances of the region, by status.', () =>
        each('status', INSTANCE_STATUSES, (name) => instances.filter(({ status }) => status === name).length),
      ),
    ]
  }

  #ofControlPlane(): Metric[] {
    const { leads, unready, counts } = this.#sources
    return [
      gauge('antipode_build_info', 'Always 1; the label tells the release.', () => [
        { labels: { version: RUNTIME_VERSION }, value: 1 },
      ]),
      gauge('antipode_ready', 'Whether this control plane is ready, as /status/ready says.', () =>
        Number(unready() === undefined),
      ),
      gauge('antipode_leads', 'Whether this control plane leads its region.', () => Number(leads())),
      countOf('antipode_leaderships_total', 'How often this control plane began to lead.', () => counts().leaderships),
      countOf(
        'antipode_database_connections_total',
        'How often this control plane connected to its database; once where it never lost it.',
        () => counts().databaseConnections,
      ),
      countOf(
        'antipode_automatic_failovers_total',
        'How often this control plane took over without an operator.',
        () => counts().failovers ?? 0,
      ),
      countOf(
        'antipode_automatic_solos_total',
        'How often this control plane went on alone without an operator.',
        () => counts().solos ?? 0,
      ),
      this.#writes,
      this.#writing,
      this.#delivering,
      gauge(
        'antipode_data_planes_connected',
        'Data planes that follow this control plane at this moment.',
        () => this.#connected,
      ),
      countOf(
        'antipode_resource_refusals_total',
        'Resources that gateway instances refused, counted in every acknowledgement.',
        () => this.#refusals,
      ),
    ]
  }
}
