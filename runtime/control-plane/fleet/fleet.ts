import { createHash } from 'node:crypto'
import type { Acknowledgement, Heartbeat, Registration } from '../../model/frame.ts'
import type { InstanceState, InstanceStatus } from '../../model/region-state.ts'
import { compareVersions, formatVersion, type Version } from '../../model/version.ts'
import type { Offer } from '../publish/publisher.ts'
import { FLEET_LIMITS, type FleetLimits, silentSince, silentStatus } from './fleet-limits.ts'

export interface FleetOptions {
  readonly region: string
  /** What instances of a group are offered. */
  readonly offer: (group: string) => Offer
  readonly limits?: FleetLimits
  /** @default Date.now */
  readonly now?: () => number
  /** An instance is in another status than before. */
  readonly onTransition?: () => void
}

interface Instance {
  readonly id: string
  readonly hostname: string
  readonly group: string
  readonly runtimeVersion: string
  readonly labels: Readonly<Record<string, string>>
  readonly registered: number
  lastSeen: number
  lineage: string | null
  version: Version | null
  hash: string | null
  refused: Acknowledgement['refused']
  certificate: InstanceState['certificate'] | undefined
  /** The version that it held when it was found to be behind, and since when something newer was offered. */
  behind: { readonly version: Version | null; readonly since: number } | undefined
  status: InstanceStatus
  since: number
  reason: string | null
}

/**
 * The gateway instances that this control plane serves, in memory: a standby's database cannot be written, and an
 * instance's id follows from its certificate and run, so that admitting one needs no write anywhere.
 *
 * Each is `Healthy`, `Only Heartbeat`, `Lost Connection` or `Offline` (see `InstanceStatus`), and removed in the end. It
 * is looked at with everything that is heard of it, and at every look in between, which finds those that nothing is
 * heard of. A status begins at the moment that its limit was reached, however late that is looked at.
 */
export class Fleet {
  readonly #options: FleetOptions
  readonly #limits: FleetLimits
  readonly #now: () => number
  readonly #instances = new Map<string, Instance>()

  constructor(options: FleetOptions) {
    this.#options = options
    this.#limits = options.limits ?? FLEET_LIMITS
    this.#now = options.now ?? Date.now
  }

  /** @param origin what the instance first came with. @returns its id: the same for the same run. */
  register(registration: Registration, group: string, origin: string): string {
    const id = createHash('sha256').update(`${origin}\n${registration.runId}`).digest('hex').slice(0, 32)
    const now = this.#now()
    const known = this.#instances.get(id)
    const { hostname, runtimeVersion, labels = {} } = registration
    const instance: Instance = {
      ...{ registered: now, lineage: null, version: null, hash: null, refused: [], certificate: undefined },
      ...{ behind: undefined, status: 'Healthy', since: now, reason: null },
      ...known,
      ...{ id, hostname, group, runtimeVersion, labels },
      lastSeen: known?.lastSeen ?? now,
    }
    this.#instances.set(id, instance)
    if (known) this.#hear(id, {})
    else this.#options.onTransition?.()
    return id
  }

  /** @returns false where the instance is not known and has to register again */
  heartbeat(heartbeat: Heartbeat, certificate?: InstanceState['certificate']): boolean {
    const { lineage, version, hash } = heartbeat
    return this.#hear(heartbeat.instanceId, { lineage, version, hash, certificate })
  }

  acknowledge(acknowledgement: Acknowledgement): boolean {
    const { lineage, version, hash, refused } = acknowledgement
    return this.#hear(acknowledgement.instanceId, { lineage, version, hash, refused })
  }

  /** Finds what has become of those that nothing was heard of. */
  look(): void {
    const now = this.#now()
    for (const instance of this.#instances.values()) this.#look(instance, now)
  }

  list(): InstanceState[] {
    this.look()
    return [...this.#instances.values()].map((instance) => ({
      ...{ id: instance.id, hostname: instance.hostname, group: instance.group, region: this.#options.region },
      status: instance.status,
      since: new Date(instance.since).toISOString(),
      reason: instance.reason,
      ...(instance.refused.length > 0 && { refused: instance.refused }),
      ...(Object.keys(instance.labels).length > 0 && { labels: instance.labels }),
      runtimeVersion: instance.runtimeVersion,
      ...{ lineage: instance.lineage, version: instance.version, hash: instance.hash },
      lastSeen: new Date(instance.lastSeen).toISOString(),
      ...(instance.certificate && { certificate: instance.certificate }),
    }))
  }

  #hear(id: string, heard: Partial<Instance>): boolean {
    const instance = this.#instances.get(id)
    if (!instance) return false
    const now = this.#now()
    // What it was in the meantime has happened, even where it is over by now.
    this.#look(instance, now)
    Object.assign(instance, heard, { lastSeen: now })
    this.#look(instance, now)
    return true
  }

  #look(instance: Instance, now: number): void {
    const silent = silentStatus(instance.lastSeen, now, this.#limits)
    if (silent === 'Removed') {
      this.#instances.delete(instance.id)
      this.#options.onTransition?.()
    } else if (silent) {
      this.#turn(instance, silent, silentSince(instance.lastSeen, silent, this.#limits), null)
    } else {
      const problem = this.#problemOf(instance, now)
      if (problem) this.#turn(instance, 'Only Heartbeat', problem.since, problem.reason)
      else this.#turn(instance, 'Healthy', now, null)
    }
  }

  #turn(instance: Instance, status: InstanceStatus, since: number, reason: string | null): void {
    instance.reason = reason
    if (instance.status === status) return
    // A limit that was reached before it became what it was is looked at now.
    instance.since = Math.max(since, instance.since)
    instance.status = status
    this.#options.onTransition?.()
  }

  /** Why an instance that is heard of does not serve what it should, and since when that counts. */
  #problemOf(instance: Instance, now: number): { reason: string; since: number } | undefined {
    const { refused, lineage, version } = instance
    const [first] = refused
    if (first) {
      const others = refused.length > 1 ? `, and ${refused.length - 1} more` : ''
      return { reason: `${first.type}/${first.id} is refused: ${first.reason}${others}`, since: instance.lastSeen }
    }
    const offer = this.#options.offer(instance.group)
    if (!offer.version) return undefined
    const isForeign = lineage !== null && offer.lineage !== undefined && lineage !== offer.lineage
    if (!isForeign && version && compareVersions(version, offer.version) >= 0) {
      instance.behind = undefined
      return undefined
    }
    // The publisher remembers for a while only since when an instance is behind.
    if (!instance.behind || !isSame(instance.behind.version, version)) {
      const since = Math.max(offer.newerSince(version), version ? 0 : instance.registered)
      instance.behind = { version, since }
    }
    const late = instance.behind.since + this.#limits.deliveryDeadline
    if (now <= late) return undefined
    const held = isForeign ? `lineage ${lineage}` : version ? `version ${formatVersion(version)}` : 'no configuration'
    const seconds = Math.round((now - instance.behind.since) / 1000)
    return { reason: `it serves ${held}; something newer is published for ${seconds} s`, since: late }
  }
}

function isSame(a: Version | null, b: Version | null): boolean {
  return a === b || (a !== null && b !== null && compareVersions(a, b) === 0)
}
