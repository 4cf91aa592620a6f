import { BlockList, isIPv6 } from 'node:net'

/**
 * Makes the check of `deployment.admin.allow_admin`. An empty list lets everybody in, as in APISIX.
 *
 * @param allowed addresses and CIDRs, checked when the configuration was read
 */
export function createAllowList(allowed: readonly string[]): (address: string) => boolean {
  if (allowed.length === 0) return () => true
  const list = new BlockList()
  for (const entry of allowed) {
    const [address = '', prefix] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family)
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
