import { formatCidr, networkOf, parseCidr } from '../cidr.ts'
import { type Check, readRegions } from './check.ts'

/** A region's network is an IPv4 range that a VPC accepts and that leaves room for a subnet per zone, twice. */
export const networkRanges: Check = (topology) =>
  readRegions(topology).flatMap(([name, region]) => {
    const path = `regions.${name}.network`
    if (region.network === undefined) return []
    const cidr = parseCidr(region.network)
    if (!cidr) {
      return [{ path, text: `'${region.network}' is no IPv4 range; write an address and a prefix, like 10.10.0.0/16` }]
    }
    if (cidr.prefix < 16 || cidr.prefix > 24) {
      return [{ path, text: `${region.network} has a prefix of /${cidr.prefix}; a network here is /16 to /24` }]
    }
    const network = networkOf(cidr)
    if (network.first === cidr.first) return []
    return [{ path, text: `${region.network} has bits set after its prefix; write ${formatCidr(network)}` }]
  })
