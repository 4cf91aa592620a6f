import { InvertedCheckSwitch } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

/** Hand it to a `Route53Gslb` as its `failoverSwitch`. */
export function example(stack: TerraformStack): void {
  new InvertedCheckSwitch(stack, 'switch', {
    name: 'shop',
    regions: ['us-east-1', 'us-west-2'],
    url: 'https://switches.shop.example/off',
  })
}
