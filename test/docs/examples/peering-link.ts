import { type Network, PeeringLink, RegionNetwork } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const other = RegionNetwork.fromExisting(stack, 'other', {
    vpcId: 'vpc-4567',
    cidr: '10.2.0.0/16',
    privateSubnetIds: ['subnet-89ab'],
    privateRouteTableIds: ['rtb-89ab'],
  })
  new PeeringLink(stack, 'link', {
    name: 'shop',
    from: { region: 'us-east-1', network },
    to: { region: 'us-west-2', network: other },
  })
}
