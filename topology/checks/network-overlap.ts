import { overlap, parseCidr } from '../cidr.ts'
import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

const LINKS = { peering: 'peering', 'transit-gateway': 'transit gateway', none: undefined } as const

/** Networks that are linked must not share an address: routes could not tell them apart. */
export const networkOverlap: Check = (topology) => {
  const how = LINKS[topology.links?.kind ?? 'none']
  if (!how) return []
  const problems: Problem[] = []
  const earlier: { name: string; network: string; edge: boolean }[] = []
  for (const [name, { network, role }] of readRegions(topology)) {
    const edge = role === 'edge'
    const cidr = network === undefined ? undefined : parseCidr(network)
    if (!network || !cidr) continue
    for (const other of earlier) {
      if (!overlap(cidr, parseCidr(other.network) ?? cidr)) continue
      const linked = edge && other.edge ? 'both are linked to others' : 'both are linked'
      problems.push({
        path: `regions.${name}.network`,
        text: `${network} overlaps ${other.name} (${other.network}); ${linked} by ${how}, which needs distinct ranges`,
      })
    }
    earlier.push({ name, network, edge })
  }
  return problems
}
