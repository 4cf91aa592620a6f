import { Route53Gslb, RoutingControlSwitch } from 'antipode/constructs'
import { seconds } from 'antipode/topology'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const failoverSwitch = new RoutingControlSwitch(stack, 'switch', {
    name: 'shop',
    regions: ['us-east-1', 'us-west-2'],
  })
  new Route53Gslb(stack, 'gslb', {
    name: 'shop',
    zoneId: 'Z0123456789ABCDEFGHIJ',
    host: 'api.shop.example',
    policy: 'failover',
    targets: [
      { region: 'us-east-1', role: 'primary', address: 'east-0123.elb.us-east-1.amazonaws.com' },
      { region: 'us-west-2', role: 'standby', address: 'west-0123.elb.us-west-2.amazonaws.com' },
    ],
    ttl: seconds(10),
    health: { interval: seconds(10), threshold: 2 },
    failoverSwitch,
  })
}
