import { Ec2ManagedPrefixList } from '@cdktf/provider-aws/lib/ec2-managed-prefix-list/index.js'
import type { Construct } from 'constructs'

/**
 * The IPv4 networks that Cloudflare calls from, as https://www.cloudflare.com/ips-v4 lists them since 2021. The
 * balancers have no IPv6 address.
 */
export const CLOUDFLARE_NETWORKS: readonly string[] = [
  '173.245.48.0/20',
  '103.21.244.0/22',
  '103.22.200.0/22',
  '103.31.4.0/22',
  '141.101.64.0/18',
  '108.162.192.0/18',
  '190.93.240.0/20',
  '188.114.96.0/20',
  '197.234.240.0/22',
  '198.41.128.0/17',
  '162.158.0.0/15',
  '104.16.0.0/13',
  '104.24.0.0/14',
  '172.64.0.0/13',
  '131.0.72.0/22',
]

/** Cloudflare's networks as a list that security groups of a region refer to, each time counted as all of them. */
export function cloudflareNetworks(
  scope: Construct,
  name: string,
  networks: readonly string[] = CLOUDFLARE_NETWORKS,
): Ec2ManagedPrefixList {
  return new Ec2ManagedPrefixList(scope, 'cloudflare', {
    name: `${name}-cloudflare`,
    addressFamily: 'IPv4',
    maxEntries: networks.length,
    entry: networks.map((cidr) => ({ cidr, description: 'Cloudflare' })),
    tags: { Name: `${name}-cloudflare` },
  })
}
