import { Construct } from 'constructs'

/** What other constructs need of a region's network. */
export interface Network {
  readonly vpcId: string
  readonly cidr: string
  /** One per zone; empty where nothing faces the internet. */
  readonly publicSubnetIds: readonly string[]
  /** One per zone. */
  readonly privateSubnetIds: readonly string[]
  /** One per zone; links add their routes here. */
  readonly privateRouteTableIds: readonly string[]
}

export interface ExistingNetworkProps {
  readonly vpcId: string
  /** Its address range. */
  readonly cidr: string
  /** One per zone; a database needs them in two zones or more. */
  readonly privateSubnetIds: readonly string[]
  /** @default none: nothing in this network faces the internet */
  readonly publicSubnetIds?: readonly string[]
  /** @default none: a `RegionLink` to this network is refused */
  readonly privateRouteTableIds?: readonly string[]
}

/** A network that somebody else made; `RegionNetwork.fromExisting` returns it. */
export class ExistingNetwork extends Construct implements Network {
  readonly vpcId: string
  readonly cidr: string
  readonly publicSubnetIds: readonly string[]
  readonly privateSubnetIds: readonly string[]
  readonly privateRouteTableIds: readonly string[]

  constructor(scope: Construct, id: string, props: ExistingNetworkProps) {
    super(scope, id)
    this.vpcId = props.vpcId
    this.cidr = props.cidr
    this.publicSubnetIds = props.publicSubnetIds ?? []
    this.privateSubnetIds = props.privateSubnetIds
    this.privateRouteTableIds = props.privateRouteTableIds ?? []
  }
}
