import { ControlPlaneService, type Network, PostgresPrimary } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const secrets = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop'
  const database = PostgresPrimary.fromExisting(stack, 'database', {
    address: 'shop.0123.us-east-1.rds.amazonaws.com',
    arn: 'arn:aws:rds:us-east-1:123456789012:db:shop',
    securityGroupId: 'sg-0123',
  })
  new ControlPlaneService(stack, 'control-plane', {
    name: 'shop-us-east-1-control-plane',
    region: 'us-east-1',
    regionIndex: 1,
    network,
    instances: 2,
    image: 'registry.example/antipode:1.4.0',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    secretArns: {
      identity: `${secrets}/us-east-1/control-plane-identity-0123`,
      authority: `${secrets}/us-east-1/authority-0123`,
      adminKey: `${secrets}/us-east-1/admin-key-0123`,
      keyring: `${secrets}/us-east-1/keyring-0123`,
    },
    database: {
      address: database.address,
      passwordSecretArn: `${secrets}/database-0123`,
      connections: database.connections,
    },
  })
}
