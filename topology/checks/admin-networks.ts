import { formatCidr, networkOf, parseCidr } from '../cidr.ts'
import type { Problem } from '../problem.ts'
import { type Check, readSites } from './check.ts'

/** Listeners beside the gateway's open to networks that are named, never to everybody. */
export const adminNetworks: Check = (topology) => [
  ...(topology.adminFrom ?? []).flatMap((range) => problemsOf('adminFrom', range, 'the Admin API')),
  ...readSites(topology).flatMap(([name, { dataPlane }]) =>
    (dataPlane?.networks ?? []).flatMap((range) =>
      problemsOf(`sites.${name}.dataPlane.networks`, range, 'the sync listener'),
    ),
  ),
]

function problemsOf(path: string, range: string | undefined, what: string): Problem[] {
  if (range === undefined) return []
  const cidr = parseCidr(range)
  if (!cidr) return [{ path, text: `'${range}' is no IPv4 range; write an address and a prefix, like 192.0.2.0/24` }]
  if (cidr.prefix < 8) return [{ path, text: `${range} opens ${what} to the world; name networks of /8 to /32` }]
  const network = networkOf(cidr)
  if (network.first === cidr.first) return []
  return [{ path, text: `${range} has bits set after its prefix; write ${formatCidr(network)}` }]
}
