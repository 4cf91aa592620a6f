import { type Network, NetworkLoadBalancer } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const balancer = new NetworkLoadBalancer(stack, 'balancer', {
    name: 'shop',
    network,
    internetFacing: true,
    ports: [443],
  })
  balancer.addListener('gateway', {
    port: 443,
    targetPort: 9080,
    prefix: 'gate',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0123',
    healthCheck: { protocol: 'HTTP', port: '7085', path: '/status/ready' },
  })
  balancer.connections.allowFrom({ as: 'callers', cidr: '0.0.0.0/0' })
}
