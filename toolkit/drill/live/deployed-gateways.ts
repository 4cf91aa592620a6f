import { lookup, resolve4 } from 'node:dns/promises'
import type { Route53Client } from '@aws-sdk/client-route-53'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Topology } from '../../../topology/index.ts'
import type { DnsServer } from '../traffic/dns-client.ts'

/** How names are resolved and gateways reached; replaced where both run on this machine. */
export interface Reach {
  /** IPv4 addresses of a name. */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** Where gateways take calls. */
  readonly port: number
  /** Asked instead of the name servers of the host's zone. */
  readonly nameServer?: { readonly address: string; readonly port: number } | undefined
}

export const DEPLOYED_REACH: Reach = {
  resolve: async (name) => (await lookup(name, { all: true, family: 4 })).map(({ address }) => address),
  port: 443,
}

/** A region's gateways, as the records of the host name them. */
export interface DeployedGateways {
  readonly region: string
  /** Of their balancer, in lower case. */
  readonly name: string
  readonly addresses: readonly string[]
}

export interface DeployedHost {
  readonly gateways: readonly DeployedGateways[]
  /** Who answers for the host's zone. */
  readonly dns: DnsServer
}

/**
 * Reads from Route 53 where callers of the topology's host are sent, a record for each region.
 *
 * @throws AntipodeError DRILL_NOT_STARTED where a region has no record, or nobody answers for the zone
 */
export async function findGateways({ host, regions }: Topology, reach: Reach): Promise<DeployedHost> {
  const { Route53Client } = await import('@aws-sdk/client-route-53')
  // The zone of hosts is global; its API is in one region.
  const client = new Route53Client({ region: 'us-east-1' })
  try {
    const zone = await findZone(client, host)
    const names = await recordsOf(client, zone.id, host)
    const missing = Object.keys(regions).filter((region) => !names.has(region))
    if (missing.length > 0) {
      throw notStarted(`${host} has no record for ${missing.join(', ')} in zone ${zone.id}; is the topology deployed?`)
    }
    const gateways = await Promise.all(
      Object.keys(regions).map(async (region): Promise<DeployedGateways> => {
        const name = names.get(region)!
        return { region, name, addresses: await addressesOf(name, reach) }
      }),
    )
    const server = reach.nameServer ?? (await nameServerOf(zone.nameServers))
    const elsewhere = Object.fromEntries(gateways.map(({ name, addresses }) => [name, addresses]))
    return { gateways, dns: { ...server, elsewhere } }
  } catch (error) {
    if (error instanceof AntipodeError) throw error
    const { message, name } = error as Error
    throw new AntipodeError('DRIVER_FAILED', { what: 'Route 53', reason: message || name }, { cause: error })
  } finally {
    client.destroy()
  }
}

interface Zone {
  readonly id: string
  readonly nameServers: readonly string[]
}

/** The public zone that the host is in: of the longest name that has one. */
async function findZone(client: Route53Client, host: string): Promise<Zone> {
  const { GetHostedZoneCommand, ListHostedZonesByNameCommand } = await import('@aws-sdk/client-route-53')
  const labels = host.split('.')
  for (let length = labels.length; length > 1; length--) {
    const name = labels.slice(-length).join('.')
    const { HostedZones: zones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: name }))
    const found = zones.find((zone) => bare(zone.Name) === name && zone.Config?.PrivateZone !== true)
    if (!found?.Id) continue
    const { DelegationSet: set } = await client.send(new GetHostedZoneCommand({ Id: found.Id }))
    return { id: found.Id.replace('/hostedzone/', ''), nameServers: set?.NameServers ?? [] }
  }
  throw notStarted(`no hosted zone of this account holds ${host}`)
}

/** What each region's record leads to, by the identifier of its set, which is the region's name. */
async function recordsOf(client: Route53Client, zone: string, host: string): Promise<Map<string, string>> {
  const { ListResourceRecordSetsCommand } = await import('@aws-sdk/client-route-53')
  const { ResourceRecordSets: sets = [] } = await client.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: host, StartRecordType: 'CNAME' }),
  )
  const ours = sets.filter(({ Name: name, Type: type }) => bare(name) === host && type === 'CNAME')
  return new Map(
    ours.flatMap(({ SetIdentifier: region, ResourceRecords: [record] = [] }) => {
      return region && record?.Value ? [[region, bare(record.Value)] as const] : []
    }),
  )
}

async function addressesOf(name: string, { resolve }: Reach): Promise<readonly string[]> {
  try {
    return await resolve(name)
  } catch (error) {
    throw notStarted(`${name} has no address: ${(error as Error).message}`)
  }
}

async function nameServerOf(names: readonly string[]): Promise<{ address: string; port: number }> {
  for (const name of names) {
    const [address] = await resolve4(name).catch(() => [])
    if (address !== undefined) return { address, port: 53 }
  }
  throw notStarted(`none of the zone's name servers is known: ${names.join(', ')}`)
}

/** Without the dot of the root. */
function bare(name = ''): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function notStarted(reason: string): AntipodeError {
  return new AntipodeError('DRILL_NOT_STARTED', { reason })
}
