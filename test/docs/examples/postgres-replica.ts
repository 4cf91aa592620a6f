import { type Network, PostgresReplica } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

/** In the standby's region; the key is one of that region. */
export function example(stack: TerraformStack, network: Network): void {
  new PostgresReplica(stack, 'database', {
    name: 'shop-us-west-2',
    version: 17,
    network,
    keyArn: 'arn:aws:kms:us-west-2:123456789012:key/4567',
    sourceArn: 'arn:aws:rds:us-east-1:123456789012:db:shop-us-east-1-g1',
  })
}
