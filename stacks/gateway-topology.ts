import { Construct } from 'constructs'
import { AntipodeError, defineTopology, formatProblems, type Region, type Topology } from '../topology/index.ts'
import { ControlPlaneStack } from './control-plane-stack.ts'
import { DataPlaneStack } from './data-plane-stack.ts'
import { DataStack } from './data-stack.ts'
import { DnsStack } from './dns-stack.ts'
import { FoundationStack } from './foundation-stack.ts'
import { GslbStack } from './gslb-stack.ts'
import type { LayerStack, StateBackend } from './layer-stack.ts'
import { LinksStack } from './links-stack.ts'
import { NetworkStack } from './network-stack.ts'
import { regionNames } from './region-names.ts'
import { ReplicationStack } from './replication-stack.ts'

const AWS_REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

export interface GatewayTopologyProps {
  readonly topology: Topology
  /** Where state lives. @default a file per stack beside `cdktf.out`; use a bucket of the stack's own region */
  readonly state?: StateBackend
  /** The public hosted zone of the host. @default the stack `<topology>-dns` makes one */
  readonly zoneId?: string
  /** Tag of the runtime's image in each region's repository `<topology>/antipode`. @default '0.1.0' */
  readonly imageTag?: string
  /** ARN of a topic, in the region asked for, that hears its alarms. @default a topic `<topology>-<region>-alarms` */
  readonly alarmTopicArn?: (region: string) => string
}

/** The stacks of one region, in the order in which they are applied. */
export interface RegionStacks {
  readonly foundation: FoundationStack
  readonly network: NetworkStack
  readonly data: DataStack
  readonly controlPlane: ControlPlaneStack
  readonly dataPlane: DataPlaneStack
}

/**
 * A whole topology as stacks: five a region, named `<topology>-<region>-<layer>`, then `<topology>-links` where regions
 * are linked, `<topology>-replication` where they share a global database, `<topology>-dns` and `<topology>-gslb`.
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
  readonly dns: DnsStack
  readonly gslb: GslbStack

  /** @throws AntipodeError TOPOLOGY_INVALID, also for regions that AWS does not have */
  constructor(scope: Construct, id: string, props: GatewayTopologyProps) {
    super(scope, id)
    // Checked again: a topology may come from plain JavaScript.
    this.topology = defineTopology(props.topology)
    const { name, host } = this.topology
    const described = Object.entries(this.topology.regions)
    refuseOtherRegions(name, described)
    const home = oldest(described)

    const dnsId = `${name}-dns`
    const regions = described.map(([region]) => region)
    this.dns = new DnsStack(this, dnsId, {
      ...this.#layer(home, props),
      host,
      regions,
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
    const linked = this.topology.links.kind !== 'none' || Object.keys(this.topology.sites).length > 0
    this.links = linked ? this.#link(home, props) : undefined
    this.gslb = new GslbStack(this, `${name}-gslb`, {
      ...this.#layer(home, props),
      described: this.topology,
      zoneId: this.dns.zone.zoneId,
      targets: described.map(([region, { role, callers }]) => {
        const balancer = this.regions[region]?.dataPlane.dataPlane.balancer.balancer
        // Only an accelerator names balancers by ARN; asked for, it would be put out into state for nothing.
        const balancerArn = this.topology.gslb.provider === 'accelerator' ? balancer?.arn : undefined
        return { region, role, callers, address: balancer?.dnsName ?? '', ...(balancerArn && { balancerArn }) }
      }),
    })
  }

  /** Every stack, for aspects: those of an `App` never run. */
  get stacks(): LayerStack[] {
    const regional = Object.values(this.regions).flatMap((region) => Object.values<LayerStack>({ ...region }))
    const shared = [this.replication, this.links].filter((stack) => stack !== undefined)
    return [...regional, ...shared, this.dns, this.gslb]
  }

  #layer(region: string, { state }: GatewayTopologyProps) {
    return { topology: this.topology.name, region, ...(state && { state }) }
  }

  #region(region: string, described: Region, home: string, props: GatewayTopologyProps): RegionStacks {
    const { name, mode, host, database: settings, gslb } = this.topology
    const names = regionNames(name, region)
    const common = { ...this.#layer(region, props), names, described }
    const peers = mode === 'active-passive' ? Object.entries(this.topology.regions).filter(([it]) => it !== region) : []
    const foundation = new FoundationStack(this, `${names.base}-foundation`, {
      ...common,
      ...((mode === 'active-active' || region === home) && {
        passwordCopies: peers.map(([peer]) => ({ region: peer, keyAlias: regionNames(name, peer).keyAlias })),
      }),
    })
    const network = new NetworkStack(this, `${names.base}-network`, { ...common, key: foundation.key })
    const data = new DataStack(this, `${names.base}-data`, {
      ...common,
      settings,
      key: foundation.key,
      network: network.network,
      ...(props.alarmTopicArn && { alarmTopicArn: props.alarmTopicArn(region) }),
      ...(settings.backupCopies === 'daily' && { backupRegion: this.#nextRegion(region) }),
    })
    const [peer] = peers.map(([other, { network: cidr }]) => {
      return { region: other, name: regionNames(name, other).controlPlane, cidr }
    })
    const runtime = { ...common, foundation, network, host, settings }
    const { sites } = this.topology
    const controlPlane = new ControlPlaneStack(this, `${names.base}-control-plane`, {
      ...runtime,
      ...image(foundation, props),
      database: data.database,
      sites,
      ...(peer && { peer }),
    })
    const dataPlane = new DataPlaneStack(this, `${names.base}-data-plane`, {
      ...runtime,
      ...image(foundation, props),
      ...(gslb.provider === 'accelerator' && { health: gslb.health }),
      controlPlanes: [names.controlPlane, ...(peer ? [peer.name] : [])].map((it) => `https://${it}:7943`),
    })
    return { foundation, network, data, controlPlane, dataPlane }
  }

  /** The region declared after this one, or the first: with two it is the other. */
  #nextRegion(region: string): string {
    const regions = Object.keys(this.topology.regions)
    return regions[(regions.indexOf(region) + 1) % regions.length] ?? region
  }

  /** What must exist before what, where the name is known and no state is read. */
  #order(home: string): void {
    const passive = this.topology.mode === 'active-passive'
    for (const [region, { foundation, data, controlPlane, dataPlane }] of Object.entries(this.regions)) {
      const password = passive ? this.regions[home]?.foundation : foundation
      // The password's copy in this region is encrypted with this region's key.
      if (password && password !== foundation) password.addDependency(foundation)
      if (password) data.addDependency(password)
      controlPlane.addDependency(data)
      if (this.replication) data.addDependency(this.replication)
      dataPlane.addDependency(this.dns)
      const source = this.topology.regions[region]?.database.from
      // A source of an earlier generation is history: nothing waits for it.
      if (source && this.topology.regions[source.region]?.database.generation === source.generation) {
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
      ends,
      sites: this.topology.sites,
    })
  }
}

/** The region with the lowest index: it keeps what belongs to no region, whatever the roles are. */
function oldest(regions: readonly [string, Region][]): string {
  const [first] = regions.toSorted(([, a], [, b]) => a.index - b.index)
  return first?.[0] ?? ''
}

function refuseOtherRegions(name: string, regions: readonly [string, Region][]): void {
  const found = regions
    .filter(([region]) => !AWS_REGION.test(region))
    .map(([region]) => ({ path: `regions.${region}`, text: 'is no region of AWS; write one like us-east-1' }))
  if (found.length > 0) throw new AntipodeError('TOPOLOGY_INVALID', { name, problems: formatProblems(found), found })
}

function image(foundation: FoundationStack, { imageTag = '0.1.0' }: GatewayTopologyProps) {
  const { repositoryUrl, arn } = foundation.images.repository
  return { image: `${repositoryUrl}:${imageTag}`, repositoryArn: arn }
}
