import type { InstanceState, InstanceStatus } from '../../model/region-state.ts'
import { FLEET_LIMITS, type FleetLimits, silentSince, silentStatus } from './fleet-limits.ts'

/** That an instance became something else. */
export interface InstanceEvent {
  /** ISO 8601. */
  readonly at: string
  /** Null for the first that was heard of it. */
  readonly from: InstanceStatus | null
  readonly to: InstanceStatus | 'Removed'
  readonly reason: string | null
  /** The region that serves it. */
  readonly region: string
}

interface Known {
  state: InstanceState
  readonly events: InstanceEvent[]
  removedAt?: number
}

/** Kept of each instance; the oldest go first. */
const EVENTS_KEPT = 200

/**
 * What has become of the gateway instances of a deployment, as the leader of a region, who is told of all, sees it: the
 * newest that any control plane knows of each, and every transition with its time. An instance that no control plane
 * speaks of any more, because the one that served it is gone, grows silent here like any other.
 *
 * It is in memory: a new leader begins with what it is told, and knows of no earlier transitions.
 */
export class InstanceLog {
  readonly #limits: FleetLimits
  readonly #now: () => number
  readonly #known = new Map<string, Known>()

  constructor(limits: FleetLimits = FLEET_LIMITS, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  /** @param instances all that any control plane tells of, each once */
  observe(instances: readonly InstanceState[]): void {
    const now = this.#now()
    for (const state of instances) this.#see(state)
    const told = new Set(instances.map(({ id }) => id))
    for (const [id, known] of this.#known) {
      if (!told.has(id)) this.#age(known, now)
      if (known.removedAt !== undefined && now - known.removedAt > this.#limits.removedAfter) this.#known.delete(id)
    }
  }

  /** This control plane is told of all no more. */
  clear(): void {
    this.#known.clear()
  }

  /** Those that are not removed. */
  list(): InstanceState[] {
    return [...this.#known.values()].flatMap(({ state, removedAt }) => (removedAt === undefined ? [state] : []))
  }

  /** The newest first; also of one that was removed, for as long again. */
  events(id: string): readonly InstanceEvent[] | undefined {
    return this.#known.get(id)?.events.toReversed()
  }

  /** The group of an instance that is, or was, there. */
  groupOf(id: string): string | undefined {
    return this.#known.get(id)?.state.group
  }

  #see(state: InstanceState): void {
    const known = this.#known.get(state.id)
    if (!known) {
      this.#known.set(state.id, { state, events: [eventOf(null, state)] })
      return
    }
    // Whoever heard of it last knows it best.
    if (state.lastSeen < known.state.lastSeen) return
    const { status } = known.state
    const comesBack = known.removedAt !== undefined
    delete known.removedAt
    known.state = state
    if (status !== state.status || comesBack) this.#note(known, eventOf(comesBack ? null : status, state))
  }

  #age(known: Known, now: number): void {
    const { state } = known
    const lastSeen = Date.parse(state.lastSeen)
    const status = silentStatus(lastSeen, now, this.#limits)
    if (status === null || status === state.status || known.removedAt !== undefined) return
    const since = new Date(silentSince(lastSeen, status, this.#limits)).toISOString()
    if (status === 'Removed') {
      known.removedAt = now
      this.#note(known, { at: since, from: state.status, to: status, reason: null, region: state.region })
      return
    }
    known.state = { ...state, status, since, reason: null }
    this.#note(known, eventOf(state.status, known.state))
  }

  #note({ events }: Known, event: InstanceEvent): void {
    events.push(event)
    if (events.length > EVENTS_KEPT) events.shift()
  }
}

function eventOf(
  from: InstanceStatus | null,
  { status, since, lastSeen, reason, region }: InstanceState,
): InstanceEvent {
  return { at: since ?? lastSeen, from, to: status, reason: reason ?? null, region }
}
