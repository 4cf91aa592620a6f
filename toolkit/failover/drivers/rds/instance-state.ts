import type { DBInstance } from '@aws-sdk/client-rds'
import type { DatabaseState } from '../database-driver.ts'
import type { RegionClients } from '../region-clients.ts'

/** An instance as DescribeDBInstances shows it; undefined where there is none of that name. */
export async function describeInstance(
  clients: RegionClients,
  region: string,
  identifier: string,
): Promise<DBInstance | undefined> {
  const found = await clients.call<{ readonly DBInstances?: DBInstance[] | undefined }>(
    region,
    (client, { DescribeDBInstancesCommand }) =>
      client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })),
    (error) => (error.name === 'DBInstanceNotFoundFault' || error.name === 'DBInstanceNotFound' ? {} : undefined),
  )
  return found.DBInstances?.[0]
}

/** It is a replica for as long as it names its source: AWS forgets that when a promotion is over, not before. */
export function instanceState(region: string, identifier: string, instance: DBInstance | undefined): DatabaseState {
  const source = instance?.ReadReplicaSourceDBInstanceIdentifier || null
  return {
    region,
    identifier,
    role: instance === undefined ? 'none' : source ? 'replica' : 'writer',
    status: instance?.DBInstanceStatus ?? 'is not there',
    endpoint: instance?.Endpoint?.Address ?? null,
    source,
  }
}
