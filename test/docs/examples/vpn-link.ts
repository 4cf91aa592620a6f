import { type Network, VpnLink } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  new VpnLink(stack, 'office', {
    name: 'shop-office',
    from: { region: 'us-east-1', network },
    to: { cidr: '192.168.0.0/16', gateway: '203.0.113.7', asn: 65_010 },
  })
}
