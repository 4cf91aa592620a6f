import { isAwsRegion, nearestAwsRegion } from '../aws-regions.ts'
import type { Problem } from '../problem.ts'
import type { SiteDraft } from '../read-places.ts'
import { type Check, readSites } from './check.ts'
import { isPublicAddress } from './sites.ts'

/** Callers and health checks find a site's data planes under one public address, and Route 53 knows where that is. */
export const siteDataPlanes: Check = (topology) => {
  const problems: Problem[] = []
  const { provider, policy } = topology.gslb ?? {}
  const regions = Object.keys(topology.regions ?? {})
  const near = new Map(regions.map((name) => [name, name]))
  for (const [name, site] of readSites(topology)) {
    const { dataPlane } = site
    const add = (key: string, text: string) => problems.push({ path: `sites.${name}.${key}`, text })
    if (!dataPlane) {
      if (dataPlane === null) problems.push(...withoutDataPlane(name, site))
      continue
    }
    const { address } = dataPlane
    if (address !== undefined && !isPublicAddress(address)) {
      add(
        'dataPlane.address',
        `'${address}' is no public address; write the fixed one of its balancer, like 203.0.113.20`,
      )
    }
    if (provider === 'accelerator') {
      add('dataPlane', `is outside AWS, where no accelerator leads; write gslb.provider 'route53'`)
    }
    if (provider !== 'route53' || policy !== 'latency') continue
    const region = dataPlane.near
    const taker = near.get(region ?? '')
    if (region === null) {
      add('dataPlane.near', `is missing; write the AWS region that is nearest, which Route 53 measures the way to`)
    } else if (region !== undefined && !isAwsRegion(region)) {
      add('dataPlane.near', `'${region}' is no region of AWS; did you mean ${nearestAwsRegion(region)}?`)
    } else if (taker) {
      add('dataPlane.near', `'${region}' stands for ${taker} already, and Route 53 takes each once; write the next one`)
    } else if (region !== undefined) near.set(region, name)
  }
  return problems
}

function withoutDataPlane(name: string, { gateway, controlPlane }: SiteDraft): Problem[] {
  if (gateway === null) {
    return [{ path: `sites.${name}`, text: 'has neither a VPN (network, gateway) nor a dataPlane; write one of them' }]
  }
  if (!controlPlane?.from?.length) return []
  return [{ path: `sites.${name}.controlPlane.from`, text: 'is for data planes, and the site has none; remove it' }]
}
