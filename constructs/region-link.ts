import { Route, type RouteConfig } from '@cdktf/provider-aws/lib/route/index.js'
import { Route53ZoneAssociation } from '@cdktf/provider-aws/lib/route53-zone-association/index.js'
import { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'
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

/**
 * A way between two networks: `PeeringLink` for a few regions, `TransitGatewayLink` for many, `VpnLink` to a place that
 * is not AWS. Whatever carries it, every private route table at either end that is AWS leads to the other end.
 */
export abstract class RegionLink extends Construct {
  abstract readonly kind: 'peering' | 'transit-gateway' | 'vpn'
  abstract readonly routes: readonly Route[]

  /** @throws AntipodeError CONSTRUCT_INVALID where an end has no table that could get a route */
  protected refuseWithoutRoutes(ends: Readonly<Record<string, LinkEnd>>): void {
    for (const [prop, end] of Object.entries(ends)) {
      if (end.network.privateRouteTableIds.length > 0) continue
      throw invalidProp(this, `${prop}.network.privateRouteTableIds`, 'is empty; name the tables that get the routes')
    }
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
      new Route53ZoneAssociation(this, `names-of-${owner.region}`, {
        zoneId: owner.privateZoneId,
        vpcId: reader.network.vpcId,
        vpcRegion: reader.region,
      })
    }
  }
}
