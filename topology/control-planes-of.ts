import type { Topology } from './topology.ts'

/** What of a topology decides who follows whom. */
type Followed = Pick<Topology, 'mode' | 'regions' | 'sites'>

/**
 * The regions whose control planes the data planes of a region or a site follow, all of one lineage, in the order in
 * which they are called: their own first, then its peer's. An edge and a site have none of their own.
 */
export function controlPlanesOf({ mode, regions, sites }: Followed, place: string): readonly string[] {
  const region = regions[place]
  if (region === undefined) return sites[place]?.controlPlane.from ?? []
  if (region.role === 'edge') return region.controlPlane.from
  const peers = Object.keys(regions).filter((name) => name !== place && regions[name]?.role !== 'edge')
  return mode === 'active-passive' ? [place, ...peers] : [place]
}

/** Pairs of regions that must reach each other: those with control planes, and an edge and each that it follows. */
export function linkedPairs({ regions }: Pick<Topology, 'regions'>): [string, string][] {
  const names = Object.keys(regions)
  return names.flatMap((from, position) =>
    names.slice(position + 1).flatMap((to): [string, string][] => {
      const [a, b] = [regions[from], regions[to]]
      const follows = a?.controlPlane.from.includes(to) || b?.controlPlane.from.includes(from)
      return follows || (a?.role !== 'edge' && b?.role !== 'edge') ? [[from, to]] : []
    }),
  )
}
