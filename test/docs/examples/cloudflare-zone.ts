import { CloudflareProvider } from '@cdktf/provider-cloudflare/lib/provider/index.js'
import { CloudflareZone } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new CloudflareProvider(stack, 'cloudflare', {})
  new CloudflareZone(stack, 'zone', {
    host: 'api.shop.example',
    regions: ['us-east-1', 'us-west-2'],
    zoneId: 'fedcba9876543210fedcba9876543210',
  })
}
