import { type Network, PostgresGlobalMember } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

/** In the second region: it copies what the member in us-east-1 was made with. */
export function example(stack: TerraformStack, network: Network): void {
  new PostgresGlobalMember(stack, 'database', {
    name: 'shop-us-west-2',
    version: 17,
    network,
    keyArn: 'arn:aws:kms:us-west-2:123456789012:key/4567',
    globalIdentifier: 'shop',
    origin: { from: 'us-east-1' },
  })
}
