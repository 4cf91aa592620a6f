import { RegionKey, RegionSecrets } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const key = new RegionKey(stack, 'key', { name: 'shop-us-east-1' })
  new RegionSecrets(stack, 'secrets', {
    name: 'shop/us-east-1',
    keyArn: key.arn,
    trustDomain: 'shop',
    region: 'us-east-1',
  })
}
