import { Lb } from '@cdktf/provider-aws/lib/lb/index.js'
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js'
import { LbTargetGroup, type LbTargetGroupHealthCheck } from '@cdktf/provider-aws/lib/lb-target-group/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import { invalidProp } from './invalid-prop.ts'
import type { Network } from './network.ts'
import { resourceName } from './resource-name.ts'
import { type Transform, transform } from './transform.ts'

/** Seconds for which a target that goes away may finish what it serves. */
export const DEREGISTRATION_DELAY = 30

export interface NetworkLoadBalancerProps {
  readonly name: string
  readonly network: Network
  /** Reachable from the internet, if the security group's rules allow it. */
  readonly internetFacing: boolean
  /** The listeners that `connections.allowFrom` opens when it is not told. */
  readonly ports: readonly number[]
  /** @default true */
  readonly protection?: boolean
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<NetworkLoadBalancer>
}

export interface ListenerProps {
  /** Where callers connect. */
  readonly port: number
  /** Where tasks listen. */
  readonly targetPort: number
  /** Ends TLS here with this certificate; without it bytes pass through untouched. */
  readonly certificateArn?: string
  /** Up to five letters that begin the target group's name. */
  readonly prefix: string
  readonly healthCheck: LbTargetGroupHealthCheck
}

/**
 * A balancer of connections. Its security group is there from creation, since it cannot be added later, and it spreads
 * over all zones, since a region may run fewer tasks than it has zones.
 */
export class NetworkLoadBalancer extends Construct {
  readonly connections: Connections
  readonly balancer: Lb
  readonly listeners: LbListener[] = []
  readonly targetGroups: LbTargetGroup[] = []
  readonly #vpcId: string
  readonly #transform: Transform<NetworkLoadBalancer>

  constructor(scope: Construct, id: string, props: NetworkLoadBalancerProps) {
    super(scope, id)
    const { name, network, internetFacing, ports, protection = true } = props
    const subnets = internetFacing ? network.publicSubnetIds : network.privateSubnetIds
    if (subnets.length === 0) {
      throw invalidProp(
        this,
        'network.publicSubnetIds',
        'is empty; a balancer that faces the internet needs public subnets',
      )
    }
    this.#vpcId = network.vpcId
    this.connections = new Connections(this, 'connections', {
      name: `${name}-balancer`,
      description: `Balancer of ${name}`,
      vpcId: network.vpcId,
      ports,
    })
    this.balancer = new Lb(this, 'balancer', {
      name: resourceName(32, name),
      loadBalancerType: 'network',
      internal: !internetFacing,
      subnets: [...subnets],
      securityGroups: [this.connections.securityGroupId],
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: protection,
      tags: { Name: name },
    })
    const { listeners, targetGroups, ...own } = props.transform ?? {}
    // Listeners come later, one by one.
    this.#transform = { ...(listeners && { listeners }), ...(targetGroups && { targetGroups }) }
    transform(this, own)
  }

  /** Listens on a port and passes its connections on to targets, which see the caller's own address. */
  addListener(id: string, props: ListenerProps): LbTargetGroup {
    const targetGroup = new LbTargetGroup(this, `${id}-targets`, {
      namePrefix: `${props.prefix}-`,
      port: props.targetPort,
      protocol: 'TCP',
      targetType: 'ip',
      vpcId: this.#vpcId,
      preserveClientIp: 'true',
      deregistrationDelay: `${DEREGISTRATION_DELAY}`,
      connectionTermination: true,
      healthCheck: props.healthCheck,
      lifecycle: { createBeforeDestroy: true },
    })
    const listener = new LbListener(this, `${id}-listener`, {
      loadBalancerArn: this.balancer.arn,
      port: props.port,
      ...(props.certificateArn
        ? {
            protocol: 'TLS',
            certificateArn: props.certificateArn,
            sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
          }
        : { protocol: 'TCP' }),
      defaultAction: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
    })
    this.#transform.listeners?.(listener, `${this.listeners.length}`)
    this.#transform.targetGroups?.(targetGroup, `${this.targetGroups.length}`)
    this.listeners.push(listener)
    this.targetGroups.push(targetGroup)
    return targetGroup
  }
}
