import { Route } from '@cdktf/provider-aws/lib/route/index.js'
import { Route53ZoneAssociation } from '@cdktf/provider-aws/lib/route53-zone-association/index.js'
import { VpcPeeringConnection } from '@cdktf/provider-aws/lib/vpc-peering-connection/index.js'
import { VpcPeeringConnectionAccepterA } from '@cdktf/provider-aws/lib/vpc-peering-connection-accepter/index.js'
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
 * Peering between two regions' networks: the request, its acceptance, a route in every private route table on both
 * sides, and each side's names for the other.
 */
export class RegionLink extends Construct {
  readonly connection: VpcPeeringConnection
  readonly accepter: VpcPeeringConnectionAccepterA
  readonly routes: readonly Route[]

  constructor(scope: Construct, id: string, { name, from, to }: RegionLinkProps) {
    super(scope, id)
    for (const [prop, end] of Object.entries({ from, to })) {
      if (end.network.privateRouteTableIds.length > 0) continue
      throw invalidProp(this, `${prop}.network.privateRouteTableIds`, 'is empty; name the tables that get the routes')
    }
    this.connection = new VpcPeeringConnection(this, 'connection', {
      region: from.region,
      vpcId: from.network.vpcId,
      peerRegion: to.region,
      peerVpcId: to.network.vpcId,
      tags: { Name: name },
    })
    this.accepter = new VpcPeeringConnectionAccepterA(this, 'accepter', {
      region: to.region,
      vpcPeeringConnectionId: this.connection.id,
      autoAccept: true,
      tags: { Name: name },
    })
    this.routes = [...this.#routes(from, to), ...this.#routes(to, from)]
    this.#shareNames(from, to)
    this.#shareNames(to, from)
  }

  #routes(near: LinkEnd, far: LinkEnd): Route[] {
    return near.network.privateRouteTableIds.map((routeTableId, index) => {
      return new Route(this, `route-${near.region}-${index}`, {
        region: near.region,
        routeTableId,
        destinationCidrBlock: far.network.cidr,
        // By way of the accepter, so that no route points to a connection that is still pending.
        vpcPeeringConnectionId: this.accepter.id,
      })
    })
  }

  #shareNames(owner: LinkEnd, reader: LinkEnd): void {
    if (!owner.privateZoneId) return
    new Route53ZoneAssociation(this, `names-of-${owner.region}`, {
      zoneId: owner.privateZoneId,
      vpcId: reader.network.vpcId,
      vpcRegion: reader.region,
    })
  }
}
