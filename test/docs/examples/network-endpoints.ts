import { NetworkEndpoints, RegionNetwork } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const network = RegionNetwork.fromExisting(stack, 'network', {
    vpcId: 'vpc-0123',
    cidr: '10.1.0.0/16',
    privateSubnetIds: ['subnet-0123', 'subnet-4567'],
    privateRouteTableIds: ['rtb-0123', 'rtb-4567'],
  })
  new NetworkEndpoints(stack, 'endpoints', { name: 'shop-us-east-1', network })
}
