import { Connections, type Network } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const database = new Connections(stack, 'database', {
    name: 'database',
    description: 'A database',
    vpcId: network.vpcId,
    ports: [5432],
  })
  const caller = Connections.fromExisting(stack, 'caller', {
    name: 'caller',
    securityGroupId: 'sg-0123',
    ports: [],
  })
  database.allowFrom({ as: 'office', cidr: '192.0.2.0/24' })
  caller.connectTo({ connections: database })
}
