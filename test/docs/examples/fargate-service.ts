import { FargateService, type Network, NetworkLoadBalancer } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const balancer = new NetworkLoadBalancer(stack, 'balancer', {
    name: 'shop',
    network,
    internetFacing: false,
    ports: [80],
  })
  balancer.addListener('gateway', {
    port: 80,
    targetPort: 9080,
    prefix: 'gate',
    healthCheck: { protocol: 'HTTP', port: '7085', path: '/status/ready' },
  })
  new FargateService(stack, 'service', {
    name: 'shop',
    network,
    balancer,
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    instances: 2,
    container: {
      name: 'data-plane',
      image: 'registry.example/antipode:1.4.0',
      ports: [9080, 7085],
      config: { deployment: { role: 'data_plane' } },
      secrets: {},
    },
  })
}
