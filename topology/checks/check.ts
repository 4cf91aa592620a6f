import type { Problem } from '../problem.ts'
import type { RegionDraft, SiteDraft } from '../read-places.ts'
import type { TopologyDraft } from '../read-topology.ts'
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

/** The sites that could be read, in declared order. */
export function readSites(topology: TopologyDraft): [string, SiteDraft][] {
  return Object.entries(topology.sites ?? {}).filter((entry): entry is [string, SiteDraft] => entry[1] !== undefined)
}

/** Regions with control planes and a database of their own. */
export function readControlPlanes(topology: TopologyDraft): [string, RegionDraft][] {
  return readRegions(topology).filter(([, { role }]) => role !== undefined && role !== 'edge')
}

/** Every place that callers may be sent to, with the path of what it says: regions, then sites with data planes. */
export function readServingPlaces(
  topology: TopologyDraft,
): { readonly name: string; readonly path: string; readonly place: RegionDraft | SiteDraft }[] {
  return [
    ...readRegions(topology).map(([name, place]) => ({ name, path: `regions.${name}`, place })),
    ...readSites(topology)
      .filter(([, { dataPlane }]) => dataPlane)
      .map(([name, place]) => ({ name, path: `sites.${name}`, place })),
  ]
}

/** The GSLB, if all that its arithmetic needs could be read. */
export function readGslb({ gslb }: TopologyDraft): BoundGslb | undefined {
  const { provider, ttl, clientTail, health, cloudflare } = gslb ?? {}
  const { interval, threshold } = health ?? {}
  if (!provider || !ttl || !clientTail || !interval || threshold === undefined) return undefined
  const bound = { provider, ttl, clientTail, health: { interval, threshold } }
  if (!cloudflare) return bound
  const { plan = 'pay-as-you-go', proxied = false } = cloudflare
  return { ...bound, cloudflare: { plan, proxied } }
}
