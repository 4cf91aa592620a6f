import { Lb } from '@cdktf/provider-aws/lib/lb/index.js'
import type { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group/index.js'
import type { Construct } from 'constructs'
import type { AccessLogStore } from './access-log-store.ts'
import { Balancer, ExistingBalancer, type ExistingBalancerProps, type ListenerProps } from './balancer.ts'
import { Connections } from './connections.ts'
import { refuseProps } from './invalid-prop.ts'
import type { Network } from './network.ts'
import { resourceName } from './resource-name.ts'
import { type Transform, transform } from './transform.ts'

export interface NetworkLoadBalancerProps {
  readonly name: string
  readonly network: Network
  /** Reachable from the internet, if the security group's rules allow it. */
  readonly internetFacing: boolean
  /** The listeners that `connections.allowFrom` opens when it is not told. */
  readonly ports: readonly number[]
  /**
   * Where it notes who called, under its name. AWS writes such notes for listeners that end TLS alone, so a balancer
   * without one needs no place for them: flow logs tell of its connections.
   * @default none
   */
  readonly accessLogs?: AccessLogStore
  /** Neither Terraform nor the console deletes it before this is taken off. @default true */
  readonly protection?: boolean
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<NetworkLoadBalancer>
}

/**
 * A balancer of connections. Its security group is there from creation, since it cannot be added later, and it spreads
 * over all zones, since a region may run fewer tasks than it has zones.
 */
export class NetworkLoadBalancer extends Balancer {
  readonly connections: Connections
  readonly balancer: Lb
  protected readonly vpcId: string
  readonly #transform: Transform<NetworkLoadBalancer>

  /** Uses a balancer that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingBalancerProps): Balancer {
    return new ExistingBalancer(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: NetworkLoadBalancerProps) {
    super(scope, id)
    const { name, network, internetFacing, ports, accessLogs, protection = true } = props
    const kind = internetFacing ? 'public' : 'private'
    const subnets = network[`${kind}SubnetIds`]
    refuseProps(this, {
      [`network.${kind}SubnetIds`]: subnets.length === 0 && `is empty; name ${kind} subnets, one per zone`,
    })
    this.vpcId = network.vpcId
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
      ...(accessLogs && { accessLogs: { bucket: accessLogs.writableBucket, prefix: name, enabled: true } }),
      tags: { Name: name },
    })
    const { listeners, targetGroups, ...own } = props.transform ?? {}
    // Listeners come later, one by one.
    this.#transform = { ...(listeners && { listeners }), ...(targetGroups && { targetGroups }) }
    transform(this, own)
  }

  get arn(): string {
    return this.balancer.arn
  }

  get dnsName(): string {
    return this.balancer.dnsName
  }

  get zoneId(): string {
    return this.balancer.zoneId
  }

  override addListener(id: string, props: ListenerProps): LbTargetGroup {
    const number = this.listeners.length
    const targetGroup = super.addListener(id, props)
    const listener = this.listeners[number]
    if (listener) this.#transform.listeners?.(listener, `${number}`)
    this.#transform.targetGroups?.(targetGroup, `${number}`)
    return targetGroup
  }
}
