import { Route, type RouteConfig } from '@cdktf/provider-aws/lib/route/index.js'
import { Route53ZoneAssociation } from '@cdktf/provider-aws/lib/route53-zone-association/index.js'
import { Construct } from 'constructs'
import type { Connections } from './connections.ts'
import { refuseProps } from './invalid-prop.ts'
import type { Network } from './network.ts'

/** One end of a link. */
export interface LinkEnd {
  readonly region: string
  readonly network: Network
  /** The region's private zone, which the other end then resolves too. @default none */
  readonly privateZoneId?: string
}

export interface RegionLinkProps {
  readonly name: string
  readonly from: LinkEnd
  readonly to: LinkEnd
}

/** Something at one end of a link that calls, or is called. */
export interface LinkParty {
  /** The end that it is at. */
  readonly region: string
  readonly connections: Connections
}

/**
 * A way between two networks: `PeeringLink` for a few regions, `TransitGatewayLink` for many, `VpnLink` to a place that
 * is not AWS. Whatever carries it, every private route table at either end that is AWS leads to the other end.
 */
export abstract class RegionLink extends Construct {
  abstract readonly kind: 'peering' | 'transit-gateway' | 'vpn'
  abstract readonly routes: readonly Route[]
  /** By which each end resolves the other's private zone; empty where neither has one. */
  readonly zoneAssociations: Route53ZoneAssociation[] = []

  /** The ranges of addresses at the ends, by region; a place that is not AWS goes by `site`. */
  protected abstract readonly ranges: Readonly<Record<string, string>>

  /**
   * Lets `caller` connect to `callee` at the other end. Each opens to the other's whole network: a security group means
   * nothing in another region.
   *
   * @param ports @default those of the callee
   * @throws AntipodeError CONSTRUCT_INVALID for a region that is no end of this link
   */
  connect(caller: LinkParty, callee: LinkParty, ...ports: readonly number[]): void {
    const strange = (region: string) =>
      !this.ranges[region] && `${region} is no end of this link; use ${Object.keys(this.ranges).join(' or ')}`
    refuseProps(this, { 'caller.region': strange(caller.region), 'callee.region': strange(callee.region) })
    callee.connections.allowFrom({ as: caller.region, cidr: this.ranges[caller.region] ?? '' }, ...ports)
    const to = { as: callee.region, cidr: this.ranges[callee.region] ?? '' }
    caller.connections.allowTo(to, ...(ports.length > 0 ? ports : callee.connections.ports))
  }

  /** @throws AntipodeError CONSTRUCT_INVALID where an end has no table that could get a route */
  protected refuseWithoutRoutes(ends: Readonly<Record<string, LinkEnd>>): void {
    const problems = Object.entries(ends).map(([prop, { network }]): [string, string | false] => [
      `${prop}.network.privateRouteTableIds`,
      network.privateRouteTableIds.length === 0 && 'is empty; name the tables that get the routes',
    ])
    refuseProps(this, Object.fromEntries(problems))
  }

  /** A route to `cidr` in every private table of `near`. */
  protected addRoutes(near: LinkEnd, cidr: string, via: Omit<RouteConfig, 'routeTableId'>): Route[] {
    return near.network.privateRouteTableIds.map((routeTableId, index) => {
      return new Route(this, `route-${near.region}-${index}`, {
        region: near.region,
        routeTableId,
        destinationCidrBlock: cidr,
        ...via,
      })
    })
  }

  /** Lets each end resolve the other's private zone. */
  protected shareNames(from: LinkEnd, to: LinkEnd): void {
    for (const [owner, reader] of [
      [from, to],
      [to, from],
    ] as const) {
      if (!owner.privateZoneId) continue
      const association = new Route53ZoneAssociation(this, `names-of-${owner.region}`, {
        zoneId: owner.privateZoneId,
        vpcId: reader.network.vpcId,
        vpcRegion: reader.region,
      })
      this.zoneAssociations.push(association)
    }
  }
}

export interface ExistingLinkProps {
  /** What carries it. */
  readonly kind: RegionLink['kind']
  /** Address range of each end by its region; a place that is not AWS goes by `site`. */
  readonly ranges: Readonly<Record<string, string>>
}

/** A link that somebody else made, with its routes; `fromExisting` of every kind of link returns it. */
export class ExistingLink extends RegionLink {
  readonly kind: RegionLink['kind']
  readonly routes: readonly Route[] = []
  protected readonly ranges: Readonly<Record<string, string>>

  constructor(scope: Construct, id: string, props: ExistingLinkProps) {
    super(scope, id)
    this.kind = props.kind
    this.ranges = props.ranges
  }
}
