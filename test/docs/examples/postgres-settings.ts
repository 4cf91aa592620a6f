import { type Network, PostgresSettings } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

/** What `PostgresPrimary` and its kind are made with; for a database of your own that should be like them. */
export function example(stack: TerraformStack, network: Network): void {
  const settings = new PostgresSettings(stack, 'settings', {
    name: 'shop-us-east-1',
    version: 17,
    network,
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
  })
  settings.connections.allowFrom({ as: 'network', cidr: network.cidr })
}
