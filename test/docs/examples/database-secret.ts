import { DatabaseSecret } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new DatabaseSecret(stack, 'password', {
    name: 'shop/database',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    replicas: [{ region: 'us-west-2', keyAlias: 'alias/shop-us-west-2' }],
    version: 2,
  })
}
