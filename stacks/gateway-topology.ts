import { Construct } from 'constructs'
import {
  AntipodeError,
  defineTopology,
  formatProblems,
  isAwsRegion,
  linkedPairs,
  nearestAwsRegion,
  type Region,
  type Topology,
} from '../topology/index.ts'
import { type AdminApiAccess, type Configuration, ConfigurationStack } from './configuration-stack.ts'
import { DnsStack } from './dns-stack.ts'
import { GslbStack } from './gslb-stack.ts'
import { clustersOf, clusterTargetsOf, originName, targetsOf } from './gslb-targets.ts'
import type { ImageSource } from './image-source.ts'
import type { LayerStack, StateBackend } from './layer-stack.ts'
import { LinksStack } from './links-stack.ts'
import { makeRegionStacks, type RegionStacks } from './region-stacks.ts'
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
  /** Makes the role that live drills are undone with, should their runner die. @default false */
  readonly liveDrills?: boolean
  /** What the gateways serve, declared with the constructs of `gateway`. @default nothing: configure them otherwise */
  readonly configuration?: Configuration
  /** How Terraform reaches the Admin API of a region, for `configuration`. @default by the region's own network */
  readonly adminApi?: (region: string) => AdminApiAccess
}

/**
 * A whole topology as stacks: five a region, named `<topology>-<region>-<layer>`, of which an edge has three, and one
 * more per cluster; then `<topology>-links` where places are linked, `<topology>-replication` where regions share a
 * global database, `<topology>-<site>-connection` per site with data planes, `<topology>-dns` and `<topology>-gslb`. What
 * the gateways serve, where that is declared too, is in `<topology>-configuration`, or, where every region writes, in one
 * `<topology>-<region>-configuration` each.
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
  /** By the regions that they are applied from; empty where no `configuration` is given. */
  readonly configurations: Readonly<Record<string, ConfigurationStack>>

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
    this.regions = Object.fromEntries(
      described.map(([region, it]) => {
        return [region, makeRegionStacks(this, { ...props, topology: this.topology, region, described: it, home })]
      }),
    )
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
      targets: targetsOf(this.topology, this.regions),
      clusters: clusterTargetsOf(this.topology, this.regions),
      ...(props.liveDrills && { networkAcls: networkAclsOf(this.regions) }),
    })
    for (const site of Object.values(this.sites)) this.gslb.addDependency(site)
    this.configurations = this.#configure(home, props)
  }

  /** Every stack, for aspects: those of an `App` never run. */
  get stacks(): LayerStack[] {
    const regional = Object.values(this.regions).flatMap(({ clusters, ...region }) => [
      ...Object.values<LayerStack | undefined>({ ...region }),
      ...Object.values(clusters),
    ])
    const shared = [this.replication, this.links, ...Object.values(this.sites), ...Object.values(this.configurations)]
    return [...regional, ...shared, this.dns, this.gslb].filter((stack) => stack !== undefined)
  }

  #layer(region: string, { state }: GatewayTopologyProps) {
    return { topology: this.topology.name, region, ...(state && { state }) }
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

  /** One configuration per history: that of every region, or the one that they share. */
  #configure(home: string, props: GatewayTopologyProps): Record<string, ConfigurationStack> {
    const { configuration, adminApi } = props
    if (!configuration) return {}
    const { name, mode, regions } = this.topology
    const shared = mode === 'active-passive'
    const holders = Object.keys(regions).filter((region) => this.regions[region]?.controlPlane)
    const stacks = (shared ? [home] : holders).map((region): [string, ConfigurationStack] => {
      const served = shared ? holders.toSorted((a, b) => rank(regions[a]) - rank(regions[b])) : [region]
      const id = shared ? `${name}-configuration` : `${name}-${region}-configuration`
      const stack = new ConfigurationStack(this, id, {
        ...this.#layer(region, props),
        ...{ regions: served, configuration, ...(adminApi && { adminApi }) },
      })
      for (const holder of served) stack.addDependency(this.regions[holder]!.controlPlane!)
      // The names of the other region's control planes are known through the link.
      if (shared && this.links) stack.addDependency(this.links)
      return [region, stack]
    })
    return Object.fromEntries(stacks)
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
}

/** The region with the lowest index among those with a database: it keeps what belongs to no region, whoever writes. */
function oldest(regions: readonly [string, Region][]): string {
  const [first] = regions.filter(([, { database }]) => database).toSorted(([, a], [, b]) => a.index - b.index)
  return first?.[0] ?? ''
}

/** The network ACL of every subnet of each region's network: the stacks make no other. */
function networkAclsOf(regions: Readonly<Record<string, RegionStacks>>): Record<string, string> {
  const acls = Object.entries(regions).map(([region, { network }]) => [region, network.network.vpc.defaultNetworkAclId])
  return Object.fromEntries(acls)
}

/** The writer, as described, first: it is asked before the others. */
function rank(region: Region | undefined): number {
  return region?.role === 'primary' ? 0 : 1
}

function refuseOtherRegions(name: string, regions: readonly [string, Region][]): void {
  const found = regions
    .filter(([region]) => !isAwsRegion(region))
    .map(([region]) => {
      return { path: `regions.${region}`, text: `is no region of AWS; did you mean ${nearestAwsRegion(region)}?` }
    })
  if (found.length > 0) throw new AntipodeError('TOPOLOGY_INVALID', { name, problems: formatProblems(found), found })
}
