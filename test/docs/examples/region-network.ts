import { RegionKey, RegionNetwork } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const key = new RegionKey(stack, 'key', { name: 'shop-us-east-1' })
  const network = new RegionNetwork(stack, 'network', {
    name: 'shop-us-east-1',
    cidr: '10.1.0.0/16',
    zones: ['us-east-1a', 'us-east-1b'],
    privateZone: 'us-east-1.shop.internal',
    flowLogs: { keyArn: key.arn },
    transform: { vpc: (vpc) => vpc.addOverride('enable_network_address_usage_metrics', true) },
  })
  for (const gateway of network.natGateways) gateway.addOverride('tags.Team', 'edge')
}
