import type { GslbTarget } from '../constructs/index.ts'
import type { Topology } from '../topology/index.ts'
import type { DataPlaneStack } from './data-plane-stack.ts'
import type { RegionStacks } from './region-stacks.ts'

type Stacks = Readonly<Record<string, RegionStacks>>

/** Everywhere that callers of the topology's host may be sent: its regions, then its sites with data planes. */
export function targetsOf(topology: Topology, stacks: Stacks): GslbTarget[] {
  const { regions, sites, host, gslb } = topology
  const elsewhere = Object.entries(sites).flatMap(([site, { dataPlane, callers }]): GslbTarget[] => {
    if (!dataPlane) return []
    const address = gslb.provider === 'route53' ? originName(site, host) : dataPlane.address
    return [{ region: site, role: 'edge', callers, address, ...(dataPlane.near && { near: dataPlane.near }) }]
  })
  return [...Object.keys(regions).map((region) => targetOf(topology, region, stacks[region]?.dataPlane)), ...elsewhere]
}

/** By cluster: the name that its callers use, and where they may be sent. */
export function clusterTargetsOf(
  topology: Topology,
  stacks: Stacks,
): Record<string, { readonly host: string; readonly targets: readonly GslbTarget[] }> {
  return Object.fromEntries(
    clustersOf(topology).map(({ name, host, regions }) => [
      name,
      { host, targets: regions.map((region) => targetOf(topology, region, stacks[region]?.clusters[name])) },
    ]),
  )
}

function targetOf({ regions, gslb }: Topology, region: string, gateways: DataPlaneStack | undefined): GslbTarget {
  const { role = 'edge', callers } = regions[region] ?? {}
  const balancer = gateways?.dataPlane.balancer.balancer
  // Only an accelerator names balancers by ARN; asked for, it would be put out into state for nothing.
  const balancerArn = gslb.provider === 'accelerator' ? balancer?.arn : undefined
  const address = balancer?.dnsName ?? ''
  return { region, role, ...(callers && { callers }), address, ...(balancerArn && { balancerArn }) }
}

/** Clusters of one name are one to their callers, in whatever regions they are. */
export function clustersOf({ regions }: Topology): { name: string; host: string; regions: string[] }[] {
  const found = new Map<string, { name: string; host: string; regions: string[] }>()
  for (const [region, { clusters }] of Object.entries(regions)) {
    for (const [name, { host }] of Object.entries(clusters)) {
      const known = found.get(name) ?? { name, host, regions: [] }
      found.set(name, { ...known, regions: [...known.regions, region] })
    }
  }
  return [...found.values()]
}

/** The name of a site's address: a record of the host is a CNAME wherever it leads, and so needs a name to lead to. */
export function originName(site: string, host: string): string {
  return `origin-${site}.${host}`
}
