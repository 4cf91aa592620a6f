import { GatewayZone } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new GatewayZone(stack, 'zone', { host: 'api.shop.example', regions: ['us-east-1', 'us-west-2'] })
}
