import { type Network, RegionNetwork, TransitGatewayHub, TransitGatewayLink } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const other = RegionNetwork.fromExisting(stack, 'other', {
    vpcId: 'vpc-4567',
    cidr: '10.2.0.0/16',
    privateSubnetIds: ['subnet-89ab'],
    privateRouteTableIds: ['rtb-89ab'],
  })
  const from = new TransitGatewayHub(stack, 'east', { name: 'shop-east', region: 'us-east-1', network, asn: 64_513 })
  const to = new TransitGatewayHub(stack, 'west', {
    name: 'shop-west',
    region: 'us-west-2',
    network: other,
    asn: 64_514,
  })
  new TransitGatewayLink(stack, 'link', {
    name: 'shop',
    from: { region: 'us-east-1', network },
    to: { region: 'us-west-2', network: other },
    hubs: { from, to },
  })
}
