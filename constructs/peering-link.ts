import type { Route } from '@cdktf/provider-aws/lib/route/index.js'
import { VpcPeeringConnection } from '@cdktf/provider-aws/lib/vpc-peering-connection/index.js'
import { VpcPeeringConnectionAccepterA } from '@cdktf/provider-aws/lib/vpc-peering-connection-accepter/index.js'
import type { Construct } from 'constructs'
import { ExistingLink, type ExistingLinkProps, RegionLink, type RegionLinkProps } from './region-link.ts'
import { type Transform, transform } from './transform.ts'

export interface PeeringLinkProps extends RegionLinkProps {
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<PeeringLink>
}

/**
 * Peering between two regions' networks: the request, its acceptance, a route in every private route table on both
 * sides, and each side's names for the other. It costs nothing but the traffic, and leads no further than to its peer.
 */
export class PeeringLink extends RegionLink {
  readonly kind = 'peering'
  readonly connection: VpcPeeringConnection
  readonly accepter: VpcPeeringConnectionAccepterA
  readonly routes: readonly Route[]
  protected readonly ranges: Readonly<Record<string, string>>

  /** Uses a link that somebody else made, with its routes. */
  static fromExisting(scope: Construct, id: string, props: ExistingLinkProps): RegionLink {
    return new ExistingLink(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: PeeringLinkProps) {
    super(scope, id)
    const { name, from, to } = props
    this.refuseWithoutRoutes({ from, to })
    this.ranges = { [from.region]: from.network.cidr, [to.region]: to.network.cidr }
    this.connection = new VpcPeeringConnection(this, 'connection', {
      region: from.region,
      vpcId: from.network.vpcId,
      peerRegion: to.region,
      peerVpcId: to.network.vpcId,
      tags: { Name: name, Region: from.region },
    })
    this.accepter = new VpcPeeringConnectionAccepterA(this, 'accepter', {
      region: to.region,
      vpcPeeringConnectionId: this.connection.id,
      autoAccept: true,
      tags: { Name: name, Region: to.region },
    })
    // By way of the accepter, so that no route points to a connection that is still pending.
    const via = () => ({ vpcPeeringConnectionId: this.accepter.id })
    this.routes = [...this.addRoutes(from, to.network.cidr, via()), ...this.addRoutes(to, from.network.cidr, via())]
    this.shareNames(from, to)
    transform(this, props.transform)
  }
}
