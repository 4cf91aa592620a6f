import type { Ec2TransitGatewayVpcAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-vpc-attachment/index.js'
import { Construct } from 'constructs'

/** A region's transit gateway, with the region's network attached, whoever made it. */
export abstract class Hub extends Construct {
  abstract readonly region: string
  abstract readonly gatewayId: string
  /** The gateway's table that gets the routes to other regions. */
  abstract readonly routeTableId: string
  /** What routes to the gateway have to wait for. Undefined where it has been there all along. */
  abstract readonly attachment: Ec2TransitGatewayVpcAttachment | undefined
}

export interface ExistingHubProps {
  readonly region: string
  /** Of the transit gateway. */
  readonly gatewayId: string
  /** Of its table that gets the routes to other regions. */
  readonly routeTableId: string
}

/** A transit gateway that somebody else made and attached; `TransitGatewayHub.fromExisting` returns it. */
export class ExistingHub extends Hub {
  readonly region: string
  readonly gatewayId: string
  readonly routeTableId: string
  readonly attachment = undefined

  constructor(scope: Construct, id: string, props: ExistingHubProps) {
    super(scope, id)
    this.region = props.region
    this.gatewayId = props.gatewayId
    this.routeTableId = props.routeTableId
  }
}
