import { type Network, PostgresGlobal, PostgresGlobalMember } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

/** The first member brings user, password and database name; one in another region has `origin: { from: 'us-east-1' }`. */
export function example(stack: TerraformStack, network: Network): void {
  const global = new PostgresGlobal(stack, 'global', { identifier: 'shop', version: 17 })
  const member = new PostgresGlobalMember(stack, 'database', {
    name: 'shop-us-east-1',
    version: 17,
    network,
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    globalIdentifier: 'shop',
    origin: { passwordSecret: 'shop/database' },
  })
  member.cluster.node.addDependency(global.cluster)
}
