import type { DBCluster, GlobalCluster } from '@aws-sdk/client-rds'
import type { DatabaseState } from '../database-driver.ts'
import type { RegionClients } from '../region-clients.ts'

/** What an Aurora Global Database is, and its cluster of one region, which may be no member of it. */
export interface MemberState {
  readonly global: GlobalCluster | undefined
  readonly cluster: DBCluster | undefined
  /** ARN; undefined where the global database does not list the cluster. */
  readonly member: string | undefined
  readonly writes: boolean
}

/** @param ask the region whose API is asked about the global database; any that is not lost will do */
export async function memberState(
  clients: RegionClients,
  globalIdentifier: string,
  { region, identifier, ask }: { readonly region: string; readonly identifier: string; readonly ask: string },
): Promise<MemberState> {
  const [global, cluster] = await Promise.all([
    describeGlobal(clients, globalIdentifier, ask),
    describeCluster(clients, region, identifier),
  ])
  const member = memberOf(global, region, identifier)
  return { global, cluster, member: member?.DBClusterArn, writes: member?.IsWriter === true }
}

export function memberOf(global: GlobalCluster | undefined, region: string, identifier: string) {
  return global?.GlobalClusterMembers?.find(({ DBClusterArn: arn = '' }) => {
    const [, , , where, , , name] = arn.split(':')
    return where === region && name === identifier
  })
}

export async function describeGlobal(
  clients: RegionClients,
  identifier: string,
  ask: string,
): Promise<GlobalCluster | undefined> {
  const found = await clients.call<{ readonly GlobalClusters?: GlobalCluster[] | undefined }>(
    ask,
    (client, { DescribeGlobalClustersCommand }) =>
      client.send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: identifier })),
    (error) => (error.name === 'GlobalClusterNotFoundFault' ? {} : undefined),
  )
  return found.GlobalClusters?.find(({ GlobalClusterIdentifier: name }) => name === identifier)
}

export async function describeCluster(
  clients: RegionClients,
  region: string,
  identifier: string,
): Promise<DBCluster | undefined> {
  const found = await clients.call<{ readonly DBClusters?: DBCluster[] | undefined }>(
    region,
    (client, { DescribeDBClustersCommand }) =>
      client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier })),
    (error) => (error.name === 'DBClusterNotFoundFault' ? {} : undefined),
  )
  return found.DBClusters?.[0]
}

/** A cluster that is in no global database writes for itself alone. */
export function clusterState(
  region: string,
  identifier: string,
  cluster: DBCluster | undefined,
  global: GlobalCluster | undefined,
): DatabaseState {
  const member = memberOf(global, region, identifier)
  const writer = global?.GlobalClusterMembers?.find(({ IsWriter }) => IsWriter)?.DBClusterArn ?? null
  const follows = member !== undefined && !member.IsWriter
  return {
    region,
    identifier,
    role: cluster === undefined ? 'none' : follows ? 'replica' : 'writer',
    status: cluster?.Status ?? 'is not there',
    endpoint: cluster?.Endpoint ?? null,
    source: cluster !== undefined && follows ? writer : null,
  }
}
