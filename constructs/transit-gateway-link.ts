import { Ec2TransitGatewayPeeringAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-peering-attachment/index.js'
import { Ec2TransitGatewayPeeringAttachmentAccepter } from '@cdktf/provider-aws/lib/ec2-transit-gateway-peering-attachment-accepter/index.js'
import { Ec2TransitGatewayRoute } from '@cdktf/provider-aws/lib/ec2-transit-gateway-route/index.js'
import type { Route } from '@cdktf/provider-aws/lib/route/index.js'
import type { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'
import { RegionLink, type RegionLinkProps } from './region-link.ts'
import { type Transform, transform } from './transform.ts'
import type { TransitGatewayHub } from './transit-gateway-hub.ts'

export interface TransitGatewayLinkProps extends RegionLinkProps {
  /** The transit gateway of each end's region. */
  readonly hubs: { readonly from: TransitGatewayHub; readonly to: TransitGatewayHub }
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

  constructor(scope: Construct, id: string, props: TransitGatewayLinkProps) {
    super(scope, id)
    const { name, from, to, hubs } = props
    this.refuseWithoutRoutes({ from, to })
    for (const [prop, end] of Object.entries({ from, to })) {
      const hub = hubs[prop as 'from' | 'to']
      if (hub.region === end.region) continue
      throw invalidProp(this, `hubs.${prop}`, `is in ${hub.region}; give the transit gateway of ${end.region}`)
    }
    const tags = { Name: name }
    this.peering = new Ec2TransitGatewayPeeringAttachment(this, 'peering', {
      region: from.region,
      transitGatewayId: hubs.from.gateway.id,
      peerRegion: to.region,
      peerTransitGatewayId: hubs.to.gateway.id,
      tags,
    })
    this.accepter = new Ec2TransitGatewayPeeringAttachmentAccepter(this, 'accepter', {
      region: to.region,
      transitGatewayAttachmentId: this.peering.id,
      tags,
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
        transitGatewayRouteTableId: near.gateway.associationDefaultRouteTableId,
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

/** A network takes no route to a gateway that it is not attached to yet. */
function through({ gateway, attachment }: TransitGatewayHub) {
  return { transitGatewayId: gateway.id, dependsOn: [attachment] }
}
