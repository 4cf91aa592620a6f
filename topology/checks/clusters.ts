import { nearestTo } from '../../runtime/model/nearest-word.ts'
import type { Problem } from '../problem.ts'
import type { TopologyDraft } from '../read-topology.ts'
import { type Check, readRegions } from './check.ts'

/**
 * A cluster serves a group that exists, under one name wherever it is, and somebody else answers for it when its region
 * is lost.
 */
export const clusters: Check = (topology) => {
  const problems: Problem[] = []
  const groups = Object.keys(topology.gatewayGroups ?? {})
  const regions = readRegions(topology)
  const members = new Map<string, string[]>()
  for (const [region, { clusters }] of regions) {
    for (const [name, cluster] of Object.entries(clusters ?? {})) {
      const path = `regions.${region}.clusters.${name}`
      members.set(name, [...(members.get(name) ?? []), region])
      if (topology.regions?.[name] || topology.sites?.[name]) {
        problems.push({ path, text: 'is the name of a region or site; give the cluster another' })
      }
      const group = cluster?.group
      if (group === undefined || groups.length === 0 || groups.includes(group)) continue
      const text = `'${group}' is no gateway group; did you mean ${nearestTo(group, groups)}? Else add it to gatewayGroups`
      problems.push({ path: `${path}.group`, text })
    }
  }
  for (const [name, where] of members) problems.push(...sharedBy(topology, name, where))
  return [...problems, ...hosts(topology, members)]
}

/** What clusters of one name must have in common. */
function sharedBy(topology: TopologyDraft, name: string, where: readonly string[]): Problem[] {
  const problems: Problem[] = []
  const [first = '', ...others] = where
  const of = (region: string) => topology.regions?.[region]?.clusters?.[name]
  for (const region of others) {
    for (const key of ['group', 'host'] as const) {
      const [received, expected] = [of(region)?.[key], of(first)?.[key]]
      if (!received || !expected || received === expected) continue
      const text = `'${received}' differs from '${expected}' in ${first}; clusters of one name serve one host and group`
      problems.push({ path: `regions.${region}.clusters.${name}.${key}`, text })
    }
  }
  if (topology.gslb?.policy === 'failover') {
    const missing = readRegions(topology).filter(([region, { role }]) => role !== 'edge' && !where.includes(region))
    for (const [region] of missing) {
      const text = `is missing, and ${first} has it: nobody would answer for it after a failover; add it here too`
      problems.push({ path: `regions.${region}.clusters.${name}`, text })
    }
  } else if (others.length === 0) {
    const text = `is in no other region, so nobody answers for it when ${first} is lost; add it to a second one`
    problems.push({ path: `regions.${first}.clusters.${name}`, text })
  }
  return problems
}

/** Hosts are told apart by the whole name, and records for them can be made in the topology's zone alone. */
function hosts(topology: TopologyDraft, members: ReadonlyMap<string, readonly string[]>): Problem[] {
  const { host } = topology
  if (host === undefined || host.split('.').length < 3) return []
  const zone = host.slice(host.indexOf('.') + 1)
  const taken = new Map([[host, 'the topology itself']])
  return [...members].flatMap(([name, [region = '']]): Problem[] => {
    const own = topology.regions?.[region]?.clusters?.[name]?.host
    if (own === undefined) return []
    const path = `regions.${region}.clusters.${name}.host`
    const taker = taken.get(own)
    if (taker) return [{ path, text: `'${own}' is the host of ${taker}; give the cluster one of its own` }]
    taken.set(own, name)
    const label = own.slice(0, -(zone.length + 1))
    const fits = own.endsWith(`.${zone}`) && label.split('.').every((it) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(it))
    return fits ? [] : [{ path, text: `'${own}' is not in the zone of the host; write a name like ${name}.${zone}` }]
  })
}
