import { AcceleratorGslb } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const balancer = (region: string) => `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/net/shop/0123`
  new AcceleratorGslb(stack, 'gslb', {
    name: 'shop',
    zoneId: 'Z0123456789ABCDEFGHIJ',
    host: 'api.shop.example',
    policy: 'latency',
    targets: ['us-east-1', 'eu-west-1'].map((region) => ({
      region,
      role: 'active',
      address: `shop-0123.elb.${region}.amazonaws.com`,
      balancerArn: balancer(region),
    })),
  })
}
