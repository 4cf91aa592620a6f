import { overlap, parseCidr } from '../cidr.ts'
import type { Problem } from '../problem.ts'
import { type Check, readRegions, readSites } from './check.ts'

/** Addresses that no VPN of AWS can reach: private, shared, of the machine itself. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16']

/** A site has a range that nothing else has, so that routes can tell it apart, and a device that AWS can call. */
export const sites: Check = (topology) => {
  const problems: Problem[] = []
  const regions = readRegions(topology)
  const taken = regions.map(([name, { network }]) => ({ name, network }))
  for (const [name, { network, gateway }] of readSites(topology)) {
    const path = `sites.${name}`
    if (regions.some(([region]) => region === name)) {
      problems.push({ path, text: 'is the name of a region; give the site another' })
    }
    if (gateway === null && network) {
      problems.push({
        path: `${path}.gateway`,
        text: `is missing; write the public address of the VPN device, or no network`,
      })
    }
    if (gateway && network === null) {
      problems.push({
        path: `${path}.network`,
        text: `is missing; write the range behind ${gateway}, like 192.168.0.0/16`,
      })
    }
    if (gateway && !isPublicAddress(gateway)) {
      const text = `'${gateway}' is no public address; write that of the site's VPN device, like 203.0.113.7`
      problems.push({ path: `${path}.gateway`, text })
    }
    if (!network) continue
    const cidr = parseCidr(network)
    if (!cidr) {
      const text = `'${network}' is no IPv4 range; write an address and a prefix, like 192.168.0.0/16`
      problems.push({ path: `${path}.network`, text })
      continue
    }
    for (const other of taken) {
      const range = other.network === undefined ? undefined : parseCidr(other.network)
      if (!range || !overlap(cidr, range)) continue
      const text = `${network} overlaps ${other.name} (${other.network}); a VPN needs distinct ranges`
      problems.push({ path: `${path}.network`, text })
    }
    taken.push({ name, network })
  }
  return problems
}

/** An IPv4 address that the internet leads to. */
export function isPublicAddress(address: string): boolean {
  const single = parseCidr(`${address}/32`)
  return single !== undefined && !PRIVATE.some((range) => overlap(single, parseCidr(range) ?? single))
}
