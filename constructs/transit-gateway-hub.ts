import { Ec2TransitGateway } from '@cdktf/provider-aws/lib/ec2-transit-gateway/index.js'
import { Ec2TransitGatewayVpcAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-vpc-attachment/index.js'
import type { Construct } from 'constructs'
import { ExistingHub, type ExistingHubProps, Hub } from './hub.ts'
import { refuseProps } from './invalid-prop.ts'
import type { Network } from './network.ts'
import { zonesProblem } from './prop-rules.ts'
import { type Transform, transform } from './transform.ts'

export interface TransitGatewayHubProps {
  readonly name: string
  readonly region: string
  readonly network: Network
  /** Its autonomous system, 64512 to 65534, which no other hub may share. */
  readonly asn: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<TransitGatewayHub>
}

/** A region's transit gateway with the region's network attached in every zone. One serves all links of its region. */
export class TransitGatewayHub extends Hub {
  readonly region: string
  readonly gateway: Ec2TransitGateway
  readonly attachment: Ec2TransitGatewayVpcAttachment

  /** Uses a transit gateway that somebody else made, and attached to the network. */
  static fromExisting(scope: Construct, id: string, props: ExistingHubProps): Hub {
    return new ExistingHub(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: TransitGatewayHubProps) {
    super(scope, id)
    const { name, region, network, asn } = props
    refuseProps(this, {
      asn:
        !(Number.isInteger(asn) && asn >= 64_512 && asn <= 65_534) &&
        `${asn} is no private autonomous system; use one from 64512 to 65534`,
      'network.privateSubnetIds': zonesProblem(network, 1),
    })
    const tags = { Name: name, Region: region }
    this.region = region
    this.gateway = new Ec2TransitGateway(this, 'gateway', {
      region,
      description: name,
      amazonSideAsn: asn,
      autoAcceptSharedAttachments: 'disable',
      tags,
    })
    this.attachment = new Ec2TransitGatewayVpcAttachment(this, 'attachment', {
      region,
      transitGatewayId: this.gateway.id,
      vpcId: network.vpcId,
      subnetIds: [...network.privateSubnetIds],
      tags,
    })
    transform(this, props.transform)
  }

  get gatewayId(): string {
    return this.gateway.id
  }

  get routeTableId(): string {
    return this.gateway.associationDefaultRouteTableId
  }
}
