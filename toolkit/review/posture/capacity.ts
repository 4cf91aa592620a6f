import type { Topology } from '../../../topology/index.ts'

interface Place {
  readonly name: string
  readonly carries: number
  /** Of a pair that fails over: it takes callers only once the other is lost. */
  readonly standby: boolean
}

/** Where callers may be sent to, and what runs there already. */
function places({ regions, sites, gslb }: Topology): Place[] {
  const pair = gslb.policy === 'failover'
  return [
    ...Object.entries(regions).map(([name, { role, dataPlane }]) => {
      return { name, carries: dataPlane.instances * dataPlane.each.value, standby: pair && role === 'standby' }
    }),
    ...Object.entries(sites).flatMap(([name, { dataPlane }]) => {
      return dataPlane ? [{ name, carries: dataPlane.instances * dataPlane.each.value, standby: false }] : []
    }),
  ]
}

/** What is left when the place whose loss hurts most is lost. */
export interface Survival {
  readonly lost: string
  /** Calls per second that the others carry without growing. */
  readonly warm: number
  /** Of the peak. */
  readonly ratio: number
}

/** The worst loss of one place; undefined where there is only one. */
export function worstLoss(topology: Topology): Survival | undefined {
  const all = places(topology)
  const losses = all
    .filter(({ standby }) => !standby)
    .map((lost) => {
      const warm = all.reduce((sum, place) => sum + (place === lost ? 0 : place.carries), 0)
      return { lost: lost.name, warm, ratio: warm / topology.peak.value }
    })
  return all.length < 2 ? undefined : losses.sort((a, b) => a.warm - b.warm)[0]
}

/** How many places may be lost at once, the largest first, until the rest no longer carries peak and headroom. */
export function losable(topology: Topology): { readonly count: number; readonly of: number } {
  const all = places(topology).sort((a, b) => b.carries - a.carries)
  const needed = topology.peak.value * (1 + topology.objectives.headroom.fraction)
  let left = all.reduce((sum, { carries }) => sum + carries, 0)
  let count = 0
  for (const { carries } of all.slice(0, -1)) {
    left -= carries
    if (left < needed) break
    count += 1
  }
  // A pair's only question is whether the standby carries alone.
  if (topology.gslb.policy === 'failover') count = (worstLoss(topology)?.warm ?? 0) >= needed ? 1 : 0
  return { count, of: all.length }
}

/** Databases that hold every acknowledged write, and how many of them may be lost. */
export function quorum({ regions, database }: Topology): { readonly copies: number; readonly margin: number } {
  const holders = Object.values(regions).filter((region) => region.database !== null).length
  const copies = database.commit === 'confirmed' ? Math.min(2, holders) : 1
  return { copies, margin: copies - 1 }
}
