import { Construct } from 'constructs'
import type { Network } from './network.ts'

export interface ExistingNetworkProps {
  readonly vpcId: string
  readonly cidr: string
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
