import type { Problem } from '../problem.ts'
import type { RegionDraft, TopologyDraft } from '../read-topology.ts'
import type { BoundGslb } from '../recovery-bound.ts'

/**
 * One rule. It sees what could be read of a description, with defaults filled in, and says nothing about a value that
 * is undefined: reading has reported that already.
 */
export type Check = (topology: TopologyDraft) => readonly Problem[]

/** The regions that could be read, in declared order. */
export function readRegions(topology: TopologyDraft): [string, RegionDraft][] {
  return Object.entries(topology.regions ?? {}).filter(
    (entry): entry is [string, RegionDraft] => entry[1] !== undefined,
  )
}

/** The GSLB, if all that its arithmetic needs could be read. */
export function readGslb({ gslb }: TopologyDraft): BoundGslb | undefined {
  const { provider, ttl, clientTail, health } = gslb ?? {}
  const { interval, threshold } = health ?? {}
  if (!provider || !ttl || !clientTail || !interval || threshold === undefined) return undefined
  return { provider, ttl, clientTail, health: { interval, threshold } }
}
