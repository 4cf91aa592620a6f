import { Ec2TransitGatewayPeeringAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-peering-attachment/index.js'
import { Ec2TransitGatewayPeeringAttachmentAccepter } from '@cdktf/provider-aws/lib/ec2-transit-gateway-peering-attachment-accepter/index.js'
import { Ec2TransitGatewayRoute } from '@cdktf/provider-aws/lib/ec2-transit-gateway-route/index.js'
import type { Route } from '@cdktf/provider-aws/lib/route/index.js'
import type { Construct } from 'constructs'
import type { Hub } from './hub.ts'
import { refuseProps } from './invalid-prop.ts'
import { ExistingLink, type ExistingLinkProps, type LinkEnd, RegionLink, type RegionLinkProps } from './region-link.ts'
import { type Transform, transform } from './transform.ts'

export interface TransitGatewayLinkProps extends RegionLinkProps {
  /** The transit gateway of each end's region. */
  readonly hubs: { readonly from: Hub; readonly to: Hub }
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<TransitGatewayLink>
}

/**
 * Two regions' transit gateways, peered. Peered gateways exchange no routes, so each gets a static one to the other
 * end's network, as does every private route table.
 */
export class TransitGatewayLink extends RegionLink {
  readonly kind = 'transit-gateway'
  readonly peering: Ec2TransitGatewayPeeringAttachment
  readonly accepter: Ec2TransitGatewayPeeringAttachmentAccepter
  readonly gatewayRoutes: readonly Ec2TransitGatewayRoute[]
  readonly routes: readonly Route[]
  protected readonly ranges: Readonly<Record<string, string>>

  /** Uses a link that somebody else made, with its routes. */
  static fromExisting(scope: Construct, id: string, props: ExistingLinkProps): RegionLink {
    return new ExistingLink(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: TransitGatewayLinkProps) {
    super(scope, id)
    const { name, from, to, hubs } = props
    this.refuseWithoutRoutes({ from, to })
    this.ranges = { [from.region]: from.network.cidr, [to.region]: to.network.cidr }
    refuseProps(this, { 'hubs.from': hubProblem(hubs.from, from), 'hubs.to': hubProblem(hubs.to, to) })
    this.peering = new Ec2TransitGatewayPeeringAttachment(this, 'peering', {
      region: from.region,
      transitGatewayId: hubs.from.gatewayId,
      peerRegion: to.region,
      peerTransitGatewayId: hubs.to.gatewayId,
      tags: { Name: name, Region: from.region },
    })
    this.accepter = new Ec2TransitGatewayPeeringAttachmentAccepter(this, 'accepter', {
      region: to.region,
      transitGatewayAttachmentId: this.peering.id,
      tags: { Name: name, Region: to.region },
    })
    const { accepter } = this
    this.gatewayRoutes = [
      { near: hubs.from, far: to },
      { near: hubs.to, far: from },
    ].map(({ near, far }) => {
      return new Ec2TransitGatewayRoute(this, `gateway-route-${near.region}`, {
        region: near.region,
        destinationCidrBlock: far.network.cidr,
        // By way of the accepter: a gateway takes no route to a peering that is still pending.
        transitGatewayAttachmentId: accepter.id,
        transitGatewayRouteTableId: near.routeTableId,
      })
    })
    this.routes = [
      ...this.addRoutes(from, to.network.cidr, through(hubs.from)),
      ...this.addRoutes(to, from.network.cidr, through(hubs.to)),
    ]
    this.shareNames(from, to)
    transform(this, props.transform)
  }
}

function hubProblem(hub: Hub, { region }: LinkEnd): string | undefined {
  return hub.region === region ? undefined : `is in ${hub.region}; give the transit gateway of ${region}`
}

/** A network takes no route to a gateway that it is not attached to yet. */
function through({ gatewayId, attachment }: Hub) {
  return { transitGatewayId: gatewayId, ...(attachment && { dependsOn: [attachment] }) }
}
