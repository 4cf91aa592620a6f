import { Construct } from 'constructs'
import { Connections } from './connections.ts'

/** Where callers reach gateways. */
export const CALLER_PORT = 443

/** A region's gateways as a GSLB and callers see them, whoever runs them. */
export abstract class Gateways extends Construct {
  /** The name of their balancer. */
  abstract readonly address: string
  abstract readonly balancerArn: string
  /** Who may call. */
  abstract readonly connections: Connections

  /** Lets something call from within the network; both rules belong to the caller. */
  connectFrom(caller: { readonly connections: Connections }): void {
    caller.connections.connectTo(this, CALLER_PORT)
  }
}

export interface ExistingGatewaysProps {
  /** The name of their balancer. */
  readonly address: string
  /** Of their network load balancer. */
  readonly balancerArn: string
  /** The security group that lets callers in. */
  readonly securityGroupId: string
}

/** Gateways that somebody else runs; `DataPlaneService.fromExisting` returns them. */
export class ExistingGateways extends Gateways {
  readonly address: string
  readonly balancerArn: string
  readonly connections: Connections

  constructor(scope: Construct, id: string, props: ExistingGatewaysProps) {
    super(scope, id)
    this.address = props.address
    this.balancerArn = props.balancerArn
    const { securityGroupId } = props
    this.connections = Connections.fromExisting(this, 'connections', {
      name: id,
      securityGroupId,
      ports: [CALLER_PORT],
    })
  }
}
