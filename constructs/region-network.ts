import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group/index.js'
import { Eip } from '@cdktf/provider-aws/lib/eip/index.js'
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway/index.js'
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway/index.js'
import { Route } from '@cdktf/provider-aws/lib/route/index.js'
import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js'
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js'
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone/index.js'
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js'
import { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js'
import { Construct } from 'constructs'
import { FlowLogs } from './flow-logs.ts'
import { type PropProblems, refuseProps } from './invalid-prop.ts'
import { ExistingNetwork, type ExistingNetworkProps, type Network } from './network.ts'
import { NetworkEndpoints } from './network-endpoints.ts'
import { declaredRegion, keyProblem } from './prop-rules.ts'
import { subnetPlan } from './subnet-plan.ts'
import { type Transform, transform } from './transform.ts'

export interface RegionNetworkProps {
  readonly name: string
  /** Address range, /16 to /24. */
  readonly cidr: string
  /** Two to four availability zones by their whole name, such as `us-east-1a`. */
  readonly zones: readonly string[]
  /**
   * How private subnets reach the outside. `nat`: one gateway per zone, so that gateways can call any upstream.
   * `endpoints`: AWS's own services only, through endpoints in the network.
   * @default 'nat'
   */
  readonly egress?: 'nat' | 'endpoints'
  /** A private DNS zone for names within the region, such as `us-east-1.payments.internal`. @default none */
  readonly privateZone?: string
  /** Notes refused connections, encrypted with this key. @default none */
  readonly flowLogs?: { readonly keyArn: string }
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<RegionNetwork>
}

/**
 * A region's network: in every zone a public subnet for balancers and a private one for everything else. Nothing in a
 * private subnet can be reached from the internet, and the default security group allows nothing.
 */
export class RegionNetwork extends Construct implements Network {
  readonly cidr: string
  readonly vpc: Vpc
  readonly defaultSecurityGroup: DefaultSecurityGroup
  readonly internetGateway: InternetGateway
  readonly publicRouteTable: RouteTable
  readonly publicSubnets: readonly Subnet[]
  readonly privateSubnets: readonly Subnet[]
  readonly privateRouteTables: readonly RouteTable[]
  /** One per table: the public one’s, then one per zone where there are NAT gateways. */
  readonly defaultRoutes: readonly Route[]
  readonly routeTableAssociations: readonly RouteTableAssociation[]
  readonly natAddresses: readonly Eip[]
  readonly natGateways: readonly NatGateway[]
  readonly endpoints: NetworkEndpoints | undefined
  readonly privateZone: Route53Zone | undefined
  readonly flowLogs: FlowLogs | undefined

  /** Uses a network that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingNetworkProps): ExistingNetwork {
    return new ExistingNetwork(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: RegionNetworkProps) {
    super(scope, id)
    const { name, cidr, zones, egress = 'nat', privateZone, flowLogs } = props
    const plan = subnetPlan(cidr, zones)
    refuseProps(this, {
      cidr:
        !plan && `${cidr} in ${zones.length} zones leaves no room for subnets; use /16 to /24 and two to four zones`,
      ...zoneProblems(declaredRegion(this), zones),
      'flowLogs.keyArn': flowLogs && keyProblem(this, flowLogs.keyArn),
    })
    this.cidr = cidr
    this.vpc = new Vpc(this, 'vpc', {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    })
    const vpcId = this.vpc.id
    this.defaultSecurityGroup = new DefaultSecurityGroup(this, 'default-security-group', { vpcId })
    this.internetGateway = new InternetGateway(this, 'internet-gateway', { vpcId, tags: { Name: name } })
    this.publicRouteTable = new RouteTable(this, 'public-routes', { vpcId, tags: { Name: `${name}-public` } })
    const publicRoute = new Route(this, 'public-default-route', {
      routeTableId: this.publicRouteTable.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: this.internetGateway.id,
    })
    const subnets = (kind: 'public' | 'private', blocks: readonly string[]) =>
      zones.map((zone, index) => {
        const cidrBlock = blocks[index] ?? ''
        const tags = { Name: `${name}-${kind}-${zone}` }
        return new Subnet(this, `${kind}-${zone}`, { vpcId, availabilityZone: zone, cidrBlock, tags })
      })
    this.publicSubnets = subnets('public', plan?.public ?? [])
    this.privateSubnets = subnets('private', plan?.private ?? [])
    this.privateRouteTables = zones.map((zone) => {
      return new RouteTable(this, `private-routes-${zone}`, { vpcId, tags: { Name: `${name}-private-${zone}` } })
    })
    this.routeTableAssociations = zones.flatMap((zone, index) => {
      const at = (list: readonly { readonly id: string }[]) => list[index]?.id ?? ''
      const ofPublic = new RouteTableAssociation(this, `public-association-${zone}`, {
        subnetId: at(this.publicSubnets),
        routeTableId: this.publicRouteTable.id,
      })
      const ofPrivate = new RouteTableAssociation(this, `private-association-${zone}`, {
        subnetId: at(this.privateSubnets),
        routeTableId: at(this.privateRouteTables),
      })
      return [ofPublic, ofPrivate]
    })
    const ways = egress === 'nat' ? zones.map((zone, index) => this.#wayOut(name, zone, index)) : []
    this.natAddresses = ways.map(({ address }) => address)
    this.natGateways = ways.map(({ gateway }) => gateway)
    this.defaultRoutes = [publicRoute, ...ways.map(({ route }) => route)]
    this.endpoints =
      egress === 'endpoints' ? new NetworkEndpoints(this, 'endpoints', { name, network: this }) : undefined
    this.privateZone = privateZone ? this.#privateZone(privateZone) : undefined
    this.flowLogs = flowLogs && new FlowLogs(this, 'flow-logs', { name, vpcId, ...flowLogs })
    transform(this, props.transform)
  }

  get vpcId(): string {
    return this.vpc.id
  }

  get publicSubnetIds(): string[] {
    return this.publicSubnets.map(({ id }) => id)
  }

  get privateSubnetIds(): string[] {
    return this.privateSubnets.map(({ id }) => id)
  }

  get privateRouteTableIds(): string[] {
    return this.privateRouteTables.map(({ id }) => id)
  }

  /** One per zone, so that a zone that is lost takes no other zone's way out with it. */
  #wayOut(name: string, zone: string, index: number) {
    const tags = { Name: `${name}-${zone}` }
    const address = new Eip(this, `nat-address-${zone}`, { domain: 'vpc', tags, dependsOn: [this.internetGateway] })
    const gateway = new NatGateway(this, `nat-${zone}`, {
      allocationId: address.allocationId,
      subnetId: this.publicSubnets[index]?.id ?? '',
      tags,
      dependsOn: [this.internetGateway],
    })
    const route = new Route(this, `private-default-route-${zone}`, {
      routeTableId: this.privateRouteTables[index]?.id ?? '',
      destinationCidrBlock: '0.0.0.0/0',
      natGatewayId: gateway.id,
    })
    return { address, gateway, route }
  }

  #privateZone(name: string): Route53Zone {
    return new Route53Zone(this, 'private-zone', {
      name,
      comment: 'Names within one region, also read by the regions linked to it',
      vpc: [{ vpcId: this.vpc.id }],
      // Linked networks are associated from the stack of the links.
      lifecycle: { ignoreChanges: ['vpc'] },
    })
  }
}

function zoneProblems(region: string | undefined, zones: readonly string[]): PropProblems {
  const problems = zones.map((zone, index) => {
    const twice = zones.indexOf(zone) < index && `${zone} is named twice; name every zone once`
    const far = region && !zone.startsWith(region) && `${zone} is no zone of ${region}; use one like ${region}a`
    return [`zones.${index}`, far || twice] as const
  })
  return Object.fromEntries(problems)
}
