import { CloudflareProvider } from '@cdktf/provider-cloudflare/lib/provider/index.js'
import { CloudflareGslb } from 'antipode/constructs'
import { seconds } from 'antipode/topology'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new CloudflareProvider(stack, 'cloudflare', {})
  new CloudflareGslb(stack, 'gslb', {
    name: 'shop',
    accountId: '0123456789abcdef0123456789abcdef',
    zoneId: 'fedcba9876543210fedcba9876543210',
    host: 'api.shop.example',
    policy: 'failover',
    targets: [
      { region: 'us-east-1', role: 'primary', address: 'east-0123.elb.us-east-1.amazonaws.com' },
      { region: 'us-west-2', role: 'standby', address: 'west-0123.elb.us-west-2.amazonaws.com' },
    ],
    ttl: seconds(30),
    health: { interval: seconds(60), threshold: 2 },
  })
}
