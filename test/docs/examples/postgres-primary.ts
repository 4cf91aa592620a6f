import { DatabaseSecret, type Network, PostgresPrimary, RegionKey } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const key = new RegionKey(stack, 'key', { name: 'shop-us-east-1' })
  const password = new DatabaseSecret(stack, 'password', {
    name: 'shop/database',
    keyArn: key.arn,
    replicas: [{ region: 'us-west-2', keyAlias: 'alias/shop-us-west-2' }],
  })
  const database = new PostgresPrimary(stack, 'database', {
    name: 'shop-us-east-1',
    version: 17,
    network,
    keyArn: key.arn,
    passwordSecret: password.secret.arn,
    instanceClass: 'db.m7g.xlarge',
  })
  database.connections.allowFrom({ as: 'analysts', cidr: '10.9.0.0/24' })
}
