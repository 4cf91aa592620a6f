import type { Problem } from '../problem.ts'
import { type Check, readServingPlaces } from './check.ts'

/** developers.cloudflare.com/load-balancing/reference/region-mapping-api */
const REGIONS = ['WNAM', 'ENAM', 'WEU', 'EEU', 'NSAM', 'SSAM', 'OC', 'ME', 'NAF', 'SAF', 'SAS', 'SEAS', 'NEAS']
const EVERYWHERE = 'ALL_REGIONS'

/** Cloudflare needs to know whose load balancer it is, and where it checks from. */
export const gslbCloudflare: Check = (topology) => {
  const { provider, policy, cloudflare } = topology.gslb ?? {}
  const path = 'gslb.cloudflare'
  if (provider === undefined) return []
  if (provider !== 'cloudflare') {
    return cloudflare
      ? [{ path, text: `is of no use to '${provider}'; remove it, or write provider 'cloudflare'` }]
      : []
  }
  if (!cloudflare) {
    const text = 'is missing; write { account, zone }, the ids of the account and of the zone that the host is in'
    return [{ path, text }]
  }
  const problems: Problem[] = []
  const from = cloudflare.checkRegions ?? []
  for (const region of from.filter((it) => it !== undefined && it !== EVERYWHERE && !REGIONS.includes(it))) {
    const text = `'${region}' is no region of Cloudflare; write ${EVERYWHERE} or some of ${REGIONS.join(', ')}`
    problems.push({ path: `${path}.checkRegions`, text })
  }
  if (cloudflare.checkRegions && (from.length === 0 || (from.includes(EVERYWHERE) && from.length > 1))) {
    const text = `has ${from.length}; write ${EVERYWHERE} alone, or the regions to check from`
    problems.push({ path: `${path}.checkRegions`, text })
  }
  return [...problems, ...checkLatency(topology, policy, from)]
}

/** `latency` goes by distance where all places are known, and else by round trips from everywhere. */
function checkLatency(
  topology: Parameters<Check>[0],
  policy: string | undefined,
  from: readonly (string | undefined)[],
): readonly Problem[] {
  const located = Object.keys(topology.gslb?.cloudflare?.coordinates ?? {})
  const path = 'gslb.cloudflare.coordinates'
  if (located.length === 0) {
    if (policy !== 'latency' || from.includes(EVERYWHERE)) return []
    const text = `must be ${EVERYWHERE} to measure round trips for 'latency'; write that, or give coordinates`
    return [{ path: 'gslb.cloudflare.checkRegions', text }]
  }
  if (policy !== undefined && policy !== 'latency') {
    return [{ path, text: `is of no use to '${policy}'; remove it` }]
  }
  const places = readServingPlaces(topology).map(({ name }) => name)
  const missing = places.filter((name) => !located.includes(name))
  const unknown = located.filter((name) => !places.includes(name))
  return [
    ...(missing.length > 0 ? [{ path, text: `says nothing of ${missing.join(', ')}; give every place's` }] : []),
    ...unknown.map((name) => ({
      path: `${path}.${name}`,
      text: 'is no region and no site with data planes; remove it',
    })),
  ]
}
