import { FallbackBucket } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new FallbackBucket(stack, 'fallback', {
    name: 'shop-us-east-1',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
  })
}
