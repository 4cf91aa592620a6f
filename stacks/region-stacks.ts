import type { Construct } from 'constructs'
import { SYNC_PORT } from '../constructs/index.ts'
import { controlPlanesOf, type Region, type Topology } from '../topology/index.ts'
import { ControlPlaneStack } from './control-plane-stack.ts'
import { DataPlaneStack } from './data-plane-stack.ts'
import { DataStack } from './data-stack.ts'
import { type FallbackPlace, fallbackPlace } from './fallback-place.ts'
import { FoundationStack } from './foundation-stack.ts'
import type { ImageSource } from './image-source.ts'
import type { LayerStackProps, StateBackend } from './layer-stack.ts'
import { NetworkStack } from './network-stack.ts'
import { type RegionNames, regionNames } from './region-names.ts'

/** The stacks of one region, in the order in which they are applied. */
export interface RegionStacks {
  readonly foundation: FoundationStack
  readonly network: NetworkStack
  /** Undefined in an edge. */
  readonly data: DataStack | undefined
  /** Undefined in an edge. */
  readonly controlPlane: ControlPlaneStack | undefined
  readonly dataPlane: DataPlaneStack
  /** Beside `dataPlane`, by name. */
  readonly clusters: Readonly<Record<string, DataPlaneStack>>
}

export interface RegionStacksProps {
  readonly topology: Topology
  readonly region: string
  readonly described: Region
  /** The region that keeps what belongs to no region. */
  readonly home: string
  readonly state?: StateBackend
  readonly image?: ImageSource
  readonly alarmTopicArn?: (region: string) => string
}

/** What the stacks of a region share. */
interface Ground {
  readonly layer: LayerStackProps & { readonly names: RegionNames }
  readonly foundation: FoundationStack
  readonly network: NetworkStack
  readonly fallback?: FallbackPlace
}

/** Makes the stacks of one region. None reads the state of another region. */
export function makeRegionStacks(scope: Construct, props: RegionStacksProps): RegionStacks {
  const { topology, region, described, home, state, image } = props
  const { name, regions, database: settings } = topology
  const names = regionNames(name, region)
  const layer = { topology: name, region, ...(state && { state }), names }
  const peers = described.role === 'edge' ? [] : controlPlanesOf(topology, region).slice(1)
  const fallback = fallbackPlace(topology, region)
  const foundation = new FoundationStack(scope, `${names.base}-foundation`, {
    ...layer,
    described,
    ...(image && { image }),
    ...(described.database &&
      (peers.length === 0 || region === home) && {
        passwordCopies: peers.map((peer) => ({
          region: peer,
          keyAlias: regions[peer]?.key ?? regionNames(name, peer).keyAlias,
        })),
      }),
    ...(!described.database && settings.backupCopies === 'daily' && { keepsBackups: true }),
    keepsFallback: fallback?.region === region,
  })
  const network = new NetworkStack(scope, `${names.base}-network`, { ...layer, described, key: foundation.key })
  const ground = { layer, foundation, network, ...(fallback && { fallback }) }
  const data = makeData(scope, ground, props)
  const controlPlane = data && makeControlPlane(scope, ground, data, props)
  const dataPlane = makeDataPlane(scope, ground, undefined, props)
  const clusters = Object.keys(described.clusters).map((cluster): [string, DataPlaneStack] => {
    return [cluster, makeDataPlane(scope, ground, cluster, props)]
  })
  return { foundation, network, data, controlPlane, dataPlane, clusters: Object.fromEntries(clusters) }
}

function makeData(
  scope: Construct,
  { layer, foundation, network }: Ground,
  { topology, region, described, alarmTopicArn }: RegionStacksProps,
): DataStack | undefined {
  const { database: settings, regions } = topology
  if (!described.database) return undefined
  const [, peer] = controlPlanesOf(topology, region)
  const other = peer === undefined ? undefined : regions[peer]
  return new DataStack(scope, `${layer.names.base}-data`, {
    ...layer,
    identity: described.database,
    settings,
    key: foundation.key,
    network: network.network,
    ...(settings.replication === 'logical' && peer && other && { subscribes: { region: peer, cidr: other.network } }),
    ...(alarmTopicArn && { alarmTopicArn: alarmTopicArn(region) }),
    ...(settings.backupCopies === 'daily' && { backupRegion: backupRegion(topology, region) }),
  })
}

function makeControlPlane(
  scope: Construct,
  { layer, foundation, network, fallback }: Ground,
  { database }: DataStack,
  { topology, region, described, home }: RegionStacksProps,
): ControlPlaneStack | undefined {
  const { name, database: settings, regions, adminFrom } = topology
  if (!foundation.secrets) return undefined
  const [, peer] = controlPlanesOf(topology, region)
  const cidr = peer && regions[peer]?.network
  const logical = settings.replication === 'logical'
  return new ControlPlaneStack(scope, `${layer.names.base}-control-plane`, {
    ...layer,
    described,
    settings,
    foundation,
    secrets: foundation.secrets,
    network,
    ...imageOf(foundation),
    database,
    // Where the database was created empty, its history is created too; a role would change, this does not. Both
    // databases of a logical pair were, and one of them has the history.
    initialWriter: logical ? region === home : described.database?.from === null,
    ...callersOf(topology, region),
    ...(topology.failover && { automaticFailover: topology.failover.automatic }),
    ...(fallback && { fallback }),
    gatewayGroups: topology.gatewayGroups,
    adminFrom,
    ...(peer && cidr && { peer: { region: peer, name: regionNames(name, peer).controlPlane, cidr } }),
  })
}

/** Whose data planes call a region's control planes, over a link or over the internet. */
function callersOf({ regions, sites }: Topology, region: string) {
  const edges = Object.entries(regions).flatMap(([edge, { controlPlane, network }]) => {
    return controlPlane.from.includes(region) ? [{ name: edge, cidr: network }] : []
  })
  const linked = Object.entries(sites).flatMap(([site, { gateway, network, dataPlane }]) => {
    const networks = gateway === null || network === null ? [] : (dataPlane?.networks ?? [network])
    return networks.map((cidr, index) => ({ name: index === 0 ? site : `${site}-${index}`, cidr }))
  })
  const outside = Object.values(sites).flatMap(({ gateway, dataPlane, controlPlane }) => {
    return gateway === null && controlPlane.from.includes(region) ? (dataPlane?.networks ?? []) : []
  })
  return { followers: [...edges, ...linked], outside: [...new Set(outside)] }
}

/** The region's own data planes, or those of a cluster. */
function makeDataPlane(
  scope: Construct,
  { layer, foundation, network, fallback }: Ground,
  cluster: string | undefined,
  { topology, region, described }: RegionStacksProps,
): DataPlaneStack {
  const { name, host, gslb } = topology
  const own = cluster === undefined ? undefined : described.clusters[cluster]
  const service = own ? `data-plane-${cluster}` : 'data-plane'
  return new DataPlaneStack(scope, `${layer.names.base}-${service}`, {
    ...layer,
    index: described.index,
    service,
    capacity: own ?? described.dataPlane,
    group: own?.group ?? 'default',
    host: own?.host ?? host,
    foundation,
    network,
    ...imageOf(foundation),
    ...(gslb.provider === 'accelerator' && { health: gslb.health }),
    ...(gslb.cloudflare && { cloudflare: gslb.cloudflare }),
    ...(fallback && { fallback }),
    controlPlanes: controlPlanesOf(topology, region).map((followed) => {
      return `https://${regionNames(name, followed).controlPlane}:${SYNC_PORT}`
    }),
  })
}

/** The next region with a database after this one, or the first: of two it is the other. Else the next region. */
function backupRegion({ regions }: Topology, region: string): string {
  const names = Object.keys(regions)
  const own = names.indexOf(region)
  const following = [...names.slice(own + 1), ...names.slice(0, own)]
  return following.find((name) => regions[name]?.database) ?? following[0] ?? region
}

function imageOf({ image: { reference, repositoryArn } }: FoundationStack) {
  return { image: reference, ...(repositoryArn && { repositoryArn }) }
}
