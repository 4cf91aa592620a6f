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
