import { createHash } from 'node:crypto'
import type { Acknowledgement, Heartbeat, Registration } from '../../model/frame.ts'
import type { InstanceState } from '../../model/region-state.ts'
import { compareVersions, type Version } from '../../model/version.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

/** How long an instance may be silent, or behind, before it is called so. Milliseconds; source: the sync protocol. */
export interface FleetLimits {
  /** @default 30 s */
  readonly lostAfter: number
  /** @default 2 h */
  readonly offlineAfter: number
  /** @default 7 days */
  readonly removedAfter: number
  /** The published version must be applied within this. @default 10 s */
  readonly deliveryDeadline: number
}

export const FLEET_LIMITS: FleetLimits = {
  lostAfter: 30 * SECOND,
  offlineAfter: 2 * HOUR,
  removedAfter: 7 * 24 * HOUR,
  deliveryDeadline: 10 * SECOND,
}

interface Instance {
  readonly id: string
  readonly hostname: string
  readonly group: string
  lastSeen: number
  lineage: string | null
  version: Version | null
  hash: string | null
  refused: Acknowledgement['refused']
  certificate?: InstanceState['certificate'] | undefined
}

/**
 * The gateway instances that this control plane serves, in memory: a standby's database cannot be written, and an
 * instance's id follows from its certificate and run, so that admitting one needs no write anywhere.
 */
export class Fleet {
  readonly #region: string
  readonly #limits: FleetLimits
  readonly #now: () => number
  readonly #instances = new Map<string, Instance>()

  constructor(region: string, limits: FleetLimits = FLEET_LIMITS, now: () => number = Date.now) {
    this.#region = region
    this.#limits = limits
    this.#now = now
  }

  /** @param origin what the instance first came with. @returns its id: the same for the same run. */
  register(registration: Registration, group: string, origin: string): string {
    const id = createHash('sha256').update(`${origin}\n${registration.runId}`).digest('hex').slice(0, 32)
    const known = this.#instances.get(id)
    const fresh = { lineage: null, version: null, hash: null, refused: [] }
    this.#instances.set(id, {
      ...(known ?? fresh),
      id,
      hostname: registration.hostname,
      group,
      lastSeen: this.#now(),
    })
    return id
  }

  /** @returns false where the instance is not known and has to register again */
  heartbeat(heartbeat: Heartbeat, certificate?: InstanceState['certificate']): boolean {
    const instance = this.#instances.get(heartbeat.instanceId)
    if (!instance) return false
    instance.lastSeen = this.#now()
    instance.lineage = heartbeat.lineage
    instance.version = heartbeat.version
    instance.hash = heartbeat.hash
    instance.certificate = certificate
    return true
  }

  acknowledge(acknowledgement: Acknowledgement): boolean {
    const instance = this.#instances.get(acknowledgement.instanceId)
    if (!instance) return false
    instance.lastSeen = this.#now()
    instance.lineage = acknowledgement.lineage
    instance.version = acknowledgement.version
    instance.hash = acknowledgement.hash
    instance.refused = acknowledgement.refused
    return true
  }

  /** @param published the newest version offered to instances of a group, and when, in milliseconds since 1970 */
  list(published: (group: string) => { version: Version | undefined; at: number }): InstanceState[] {
    const now = this.#now()
    for (const instance of this.#instances.values()) {
      if (now - instance.lastSeen > this.#limits.removedAfter) this.#instances.delete(instance.id)
    }
    return [...this.#instances.values()].map((instance) => ({
      id: instance.id,
      hostname: instance.hostname,
      group: instance.group,
      region: this.#region,
      status: this.#status(instance, published(instance.group), now),
      lineage: instance.lineage,
      version: instance.version,
      hash: instance.hash,
      lastSeen: new Date(instance.lastSeen).toISOString(),
      ...(instance.certificate && { certificate: instance.certificate }),
    }))
  }

  #status(instance: Instance, published: { version: Version | undefined; at: number }, now: number) {
    const silent = now - instance.lastSeen
    if (silent > this.#limits.offlineAfter) return 'Offline'
    if (silent > this.#limits.lostAfter) return 'Lost Connection'
    const behind =
      published.version !== undefined &&
      now - published.at > this.#limits.deliveryDeadline &&
      (instance.version === null || compareVersions(instance.version, published.version) < 0)
    return behind || instance.refused.length > 0 ? 'Only Heartbeat' : 'Healthy'
  }
}
