import { Construct } from 'constructs'
import type { GslbTarget } from '../constructs/index.ts'
import {
  AntipodeError,
  controlPlanesOf,
  defineTopology,
  formatProblems,
  isAwsRegion,
  linkedPairs,
  nearestAwsRegion,
  type Region,
  type Topology,
} from '../topology/index.ts'
import { ControlPlaneStack } from './control-plane-stack.ts'
import { DataPlaneStack } from './data-plane-stack.ts'
import { DataStack } from './data-stack.ts'
import { DnsStack } from './dns-stack.ts'
import { FoundationStack } from './foundation-stack.ts'
import { GslbStack } from './gslb-stack.ts'
import type { ImageSource } from './image-source.ts'
import type { LayerStack, StateBackend } from './layer-stack.ts'
import { LinksStack } from './links-stack.ts'
import { NetworkStack } from './network-stack.ts'
import { regionNames } from './region-names.ts'
import { ReplicationStack } from './replication-stack.ts'
import { SiteStack } from './site-stack.ts'

export interface GatewayTopologyProps {
  readonly topology: Topology
  /** Where state lives. @default a file per stack beside `cdktf.out`; use a bucket of the stack's own region */
  readonly state?: StateBackend
  /** The public hosted zone of the host. @default the stack `<topology>-dns` makes one */
  readonly zoneId?: string
  /** The runtime's image. @default built and pushed into each region's repository during deployment, with Docker */
  readonly image?: ImageSource
  /** ARN of a topic, in the region asked for, that hears its alarms. @default a topic `<topology>-<region>-alarms` */
  readonly alarmTopicArn?: (region: string) => string
}

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

/**
 * A whole topology as stacks: five a region, named `<topology>-<region>-<layer>`, of which an edge has three, and one
 * more per cluster; then `<topology>-links` where places are linked, `<topology>-replication` where regions share a
 * global database, `<topology>-<site>-connection` per site with data planes, `<topology>-dns` and `<topology>-gslb`.
 *
 * No stack of a region reads the state of another region, so a region can be planned and applied while any other is
 * gone; where one must be there before another, the order is a dependency and the name is known.
 */
export class GatewayTopology extends Construct {
  readonly topology: Topology
  readonly regions: Readonly<Record<string, RegionStacks>>
  readonly links: LinksStack | undefined
  /** Only with a global database. */
  readonly replication: ReplicationStack | undefined
  /** Sites with data planes. */
  readonly sites: Readonly<Record<string, SiteStack>>
  readonly dns: DnsStack
  readonly gslb: GslbStack

  /** @throws AntipodeError TOPOLOGY_INVALID, also for regions that AWS does not have */
  constructor(scope: Construct, id: string, props: GatewayTopologyProps) {
    super(scope, id)
    // Checked again: a topology may come from plain JavaScript.
    this.topology = defineTopology(props.topology)
    const { name, host, gslb } = this.topology
    const described = Object.entries(this.topology.regions)
    refuseOtherRegions(name, described)
    const home = oldest(described)

    this.dns = new DnsStack(this, `${name}-dns`, {
      ...this.#layer(home, props),
      host,
      regions: described.map(([region]) => region),
      clusters: clustersOf(this.topology),
      ...(gslb.cloudflare && { cloudflare: gslb.cloudflare }),
      ...(props.zoneId && { zoneId: props.zoneId }),
    })
    this.regions = Object.fromEntries(described.map(([region, it]) => [region, this.#region(region, it, home, props)]))
    this.replication =
      this.topology.database.kind === 'aurora-global'
        ? new ReplicationStack(this, `${name}-replication`, {
            ...this.#layer(home, props),
            settings: this.topology.database,
          })
        : undefined
    this.#order(home)
    const { links, sites } = this.topology
    const linked = links.kind !== 'none' || Object.values(sites).some(({ gateway }) => gateway !== null)
    this.links = linked ? this.#link(home, props) : undefined
    this.sites = this.#connectSites(props)
    this.gslb = new GslbStack(this, `${name}-gslb`, {
      ...this.#layer(home, props),
      described: this.topology,
      zoneId: this.dns.zone.zoneId,
      targets: this.#targets(),
      clusters: this.#clusterTargets(),
    })
    for (const site of Object.values(this.sites)) this.gslb.addDependency(site)
  }

  /** Every stack, for aspects: those of an `App` never run. */
  get stacks(): LayerStack[] {
    const regional = Object.values(this.regions).flatMap(({ clusters, ...region }) => [
      ...Object.values<LayerStack | undefined>({ ...region }),
      ...Object.values(clusters),
    ])
    const shared = [this.replication, this.links, ...Object.values(this.sites)]
    return [...regional, ...shared, this.dns, this.gslb].filter((stack) => stack !== undefined)
  }

  #layer(region: string, { state }: GatewayTopologyProps) {
    return { topology: this.topology.name, region, ...(state && { state }) }
  }

  #region(region: string, described: Region, home: string, props: GatewayTopologyProps): RegionStacks {
    const { name } = this.topology
    const names = regionNames(name, region)
    const common = { ...this.#layer(region, props), names, described }
    const peers = described.role === 'edge' ? [] : controlPlanesOf(this.topology, region).slice(1)
    const keeper = this.topology.database.backupCopies === 'daily' && this.#keepsBackupsOfOthers(region)
    const foundation = new FoundationStack(this, `${names.base}-foundation`, {
      ...common,
      ...(props.image && { image: props.image }),
      ...(described.database &&
        (peers.length === 0 || region === home) && {
          passwordCopies: peers.map((peer) => ({
            region: peer,
            keyAlias: this.topology.regions[peer]?.key ?? regionNames(name, peer).keyAlias,
          })),
        }),
      ...(keeper && { keepsBackups: true }),
    })
    const network = new NetworkStack(this, `${names.base}-network`, { ...common, key: foundation.key })
    const data = this.#data(region, foundation, network, props)
    const controlPlane = data && this.#controlPlane(region, home, foundation, network, data, props)
    const dataPlane = this.#dataPlane(region, undefined, foundation, network, props)
    const clusters = Object.keys(described.clusters).map((cluster): [string, DataPlaneStack] => {
      return [cluster, this.#dataPlane(region, cluster, foundation, network, props)]
    })
    return { foundation, network, data, controlPlane, dataPlane, clusters: Object.fromEntries(clusters) }
  }

  #data(
    region: string,
    foundation: FoundationStack,
    network: NetworkStack,
    props: GatewayTopologyProps,
  ): DataStack | undefined {
    const { name, database: settings, regions } = this.topology
    const names = regionNames(name, region)
    const identity = regions[region]?.database
    if (!identity) return undefined
    const [, peer] = controlPlanesOf(this.topology, region)
    const other = peer === undefined ? undefined : regions[peer]
    return new DataStack(this, `${names.base}-data`, {
      ...this.#layer(region, props),
      names,
      identity,
      settings,
      key: foundation.key,
      network: network.network,
      ...(settings.replication === 'logical' && peer && other && { subscribes: { region: peer, cidr: other.network } }),
      ...(props.alarmTopicArn && { alarmTopicArn: props.alarmTopicArn(region) }),
      ...(settings.backupCopies === 'daily' && { backupRegion: this.#backupRegion(region) }),
    })
  }

  #controlPlane(
    region: string,
    home: string,
    foundation: FoundationStack,
    network: NetworkStack,
    { database }: DataStack,
    props: GatewayTopologyProps,
  ): ControlPlaneStack | undefined {
    const { name, database: settings, regions, sites, adminFrom } = this.topology
    const names = regionNames(name, region)
    const described = regions[region]
    if (!described || !foundation.secrets) return undefined
    const [, peer] = controlPlanesOf(this.topology, region)
    const cidr = peer && regions[peer]?.network
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
    const logical = settings.replication === 'logical'
    return new ControlPlaneStack(this, `${names.base}-control-plane`, {
      ...this.#layer(region, props),
      names,
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
      followers: [...edges, ...linked],
      outside: [...new Set(outside)],
      adminFrom,
      ...(peer && cidr && { peer: { region: peer, name: regionNames(name, peer).controlPlane, cidr } }),
    })
  }

  #dataPlane(
    region: string,
    cluster: string | undefined,
    foundation: FoundationStack,
    network: NetworkStack,
    props: GatewayTopologyProps,
  ): DataPlaneStack {
    const { name, host, gslb, regions } = this.topology
    const names = regionNames(name, region)
    const described = regions[region]
    if (!described) throw new Error(`there is no region ${region}`)
    const own = cluster === undefined ? undefined : described.clusters[cluster]
    const service = own ? `data-plane-${cluster}` : 'data-plane'
    return new DataPlaneStack(this, `${names.base}-${service}`, {
      ...this.#layer(region, props),
      names,
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
      controlPlanes: controlPlanesOf(this.topology, region).map((followed) => {
        return `https://${regionNames(name, followed).controlPlane}:7943`
      }),
    })
  }

  /** The next region with a database after this one, or the first: of two it is the other. Else the next region. */
  #backupRegion(region: string): string {
    const regions = Object.keys(this.topology.regions)
    const following = [...regions, ...regions].slice(
      regions.indexOf(region) + 1,
      regions.indexOf(region) + regions.length,
    )
    return following.find((it) => this.topology.regions[it]?.database) ?? following[0] ?? region
  }

  /** Whether a region that has no database, and so no vault, is where another region's backups go. */
  #keepsBackupsOfOthers(region: string): boolean {
    const { regions } = this.topology
    if (regions[region]?.database) return false
    return Object.entries(regions).some(([other, { database }]) => database && this.#backupRegion(other) === region)
  }

  /** What must exist before what, where the name is known and no state is read. */
  #order(home: string): void {
    const passive = this.topology.mode === 'active-passive'
    for (const [region, stacks] of Object.entries(this.regions)) {
      const { foundation, data, controlPlane, dataPlane, clusters } = stacks
      for (const gateways of [dataPlane, ...Object.values(clusters)]) gateways.addDependency(this.dns)
      if (!data || !controlPlane) continue
      const password = passive ? this.regions[home]?.foundation : foundation
      // The password's copy in this region is encrypted with this region's key.
      if (password && password !== foundation) password.addDependency(foundation)
      if (password) data.addDependency(password)
      controlPlane.addDependency(data)
      if (this.replication) data.addDependency(this.replication)
      const source = this.topology.regions[region]?.database?.from
      // A source of an earlier generation is history: nothing waits for it.
      if (source && this.topology.regions[source.region]?.database?.generation === source.generation) {
        const sourceData = this.regions[source.region]?.data
        if (sourceData) data.addDependency(sourceData)
      }
    }
  }

  #link(home: string, props: GatewayTopologyProps): LinksStack {
    const ends = Object.entries(this.regions).map(([region, { network: stack }]) => {
      const { network } = stack
      const index = this.topology.regions[region]?.index ?? 0
      return { region, network, index, ...(network.privateZone && { privateZoneId: network.privateZone.zoneId }) }
    })
    return new LinksStack(this, `${this.topology.name}-links`, {
      ...this.#layer(home, props),
      kind: this.topology.links.kind,
      pairs: linkedPairs(this.topology),
      ends,
      sites: this.topology.sites,
    })
  }

  #connectSites(props: GatewayTopologyProps): Record<string, SiteStack> {
    const { name, host, gslb, sites } = this.topology
    const stacks = Object.entries(sites).flatMap(
      ([site, { dataPlane, gateway, controlPlane }]): [string, SiteStack][] => {
        const [first] = controlPlane.from
        const key = first === undefined ? undefined : this.regions[first]?.foundation.key
        if (!dataPlane || !key || first === undefined) return []
        const controlPlanes = controlPlane.from.flatMap((region) => {
          const service = this.regions[region]?.controlPlane?.controlPlane
          const balancer = gateway === null ? service?.publicBalancer : service?.balancer
          return balancer ? [balancer.balancer.dnsName] : []
        })
        const stack = new SiteStack(this, `${name}-${site}-connection`, {
          ...this.#layer(first, props),
          site,
          dataPlane,
          key,
          controlPlanes,
          ...(gslb.provider === 'route53' && {
            record: { zoneId: this.dns.zone.zoneId, name: originName(site, host), ttl: gslb.ttl },
          }),
        })
        return [[site, stack]]
      },
    )
    return Object.fromEntries(stacks)
  }

  /** Everywhere that callers of the topology's host may be sent. */
  #targets(): GslbTarget[] {
    const { regions, sites, host, gslb } = this.topology
    const elsewhere = Object.entries(sites).flatMap(([site, { dataPlane, callers }]): GslbTarget[] => {
      if (!dataPlane) return []
      const address = gslb.provider === 'route53' ? originName(site, host) : dataPlane.address
      return [{ region: site, role: 'edge', callers, address, ...(dataPlane.near && { near: dataPlane.near }) }]
    })
    return [
      ...Object.keys(regions).map((region) => this.#target(region, this.regions[region]?.dataPlane)),
      ...elsewhere,
    ]
  }

  #clusterTargets(): Record<string, { readonly host: string; readonly targets: readonly GslbTarget[] }> {
    return Object.fromEntries(
      clustersOf(this.topology).map(({ name, host, regions }) => [
        name,
        { host, targets: regions.map((region) => this.#target(region, this.regions[region]?.clusters[name])) },
      ]),
    )
  }

  #target(region: string, gateways: DataPlaneStack | undefined): GslbTarget {
    const { role = 'edge', callers } = this.topology.regions[region] ?? {}
    const balancer = gateways?.dataPlane.balancer.balancer
    // Only an accelerator names balancers by ARN; asked for, it would be put out into state for nothing.
    const balancerArn = this.topology.gslb.provider === 'accelerator' ? balancer?.arn : undefined
    const address = balancer?.dnsName ?? ''
    return { region, role, ...(callers && { callers }), address, ...(balancerArn && { balancerArn }) }
  }
}

/** Clusters of one name are one to their callers, in whatever regions they are. */
function clustersOf({ regions }: Topology): { name: string; host: string; regions: string[] }[] {
  const found = new Map<string, { name: string; host: string; regions: string[] }>()
  for (const [region, { clusters }] of Object.entries(regions)) {
    for (const [name, { host }] of Object.entries(clusters)) {
      const known = found.get(name) ?? { name, host, regions: [] }
      found.set(name, { ...known, regions: [...known.regions, region] })
    }
  }
  return [...found.values()]
}

/** The name of a site's address: a record of the host is a CNAME wherever it leads, and so needs a name to lead to. */
function originName(site: string, host: string): string {
  return `origin-${site}.${host}`
}

/** The region with the lowest index among those with a database: it keeps what belongs to no region, whoever writes. */
function oldest(regions: readonly [string, Region][]): string {
  const [first] = regions.filter(([, { database }]) => database).toSorted(([, a], [, b]) => a.index - b.index)
  return first?.[0] ?? ''
}

function refuseOtherRegions(name: string, regions: readonly [string, Region][]): void {
  const found = regions
    .filter(([region]) => !isAwsRegion(region))
    .map(([region]) => {
      return { path: `regions.${region}`, text: `is no region of AWS; did you mean ${nearestAwsRegion(region)}?` }
    })
  if (found.length > 0) throw new AntipodeError('TOPOLOGY_INVALID', { name, problems: formatProblems(found), found })
}

function imageOf({ image: { reference, repositoryArn } }: FoundationStack) {
  return { image: reference, ...(repositoryArn && { repositoryArn }) }
}
