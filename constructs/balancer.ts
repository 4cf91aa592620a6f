import { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js'
import { LbTargetGroup, type LbTargetGroupHealthCheck } from '@cdktf/provider-aws/lib/lb-target-group/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'

/** Seconds for which a target that goes away may finish what it serves. */
export const DEREGISTRATION_DELAY = 30
/** Takes TLS 1.3 and 1.2, and of the latter only ciphers with forward secrecy. */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06'

export interface ListenerProps {
  /** Where callers connect. */
  readonly port: number
  /** Where tasks listen. */
  readonly targetPort: number
  /** Ends TLS here with this certificate. @default none: bytes pass through untouched */
  readonly certificateArn?: string
  /** Up to five letters that begin the target group's name. */
  readonly prefix: string
  /** How the balancer finds out that a task is gone. */
  readonly healthCheck: LbTargetGroupHealthCheck
}

/** What sends connections to the tasks of a service, whoever made it. */
export abstract class Balancer extends Construct {
  abstract readonly arn: string
  /** The name that AWS gave it. */
  abstract readonly dnsName: string
  /** The zone of that name, for alias records. */
  abstract readonly zoneId: string
  /** Who may call it; tasks let in what comes from it. */
  abstract readonly connections: Connections
  protected abstract readonly vpcId: string
  readonly listeners: LbListener[] = []
  readonly targetGroups: LbTargetGroup[] = []

  /** Listens on a port and passes its connections on to targets, which see the caller's own address. */
  addListener(id: string, props: ListenerProps): LbTargetGroup {
    const targetGroup = new LbTargetGroup(this, `${id}-targets`, {
      namePrefix: `${props.prefix}-`,
      port: props.targetPort,
      protocol: 'TCP',
      targetType: 'ip',
      vpcId: this.vpcId,
      preserveClientIp: 'true',
      deregistrationDelay: `${DEREGISTRATION_DELAY}`,
      connectionTermination: true,
      healthCheck: props.healthCheck,
      lifecycle: { createBeforeDestroy: true },
    })
    const listener = new LbListener(this, `${id}-listener`, {
      loadBalancerArn: this.arn,
      port: props.port,
      ...(props.certificateArn
        ? { protocol: 'TLS', certificateArn: props.certificateArn, sslPolicy: TLS_POLICY }
        : { protocol: 'TCP' }),
      defaultAction: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
    })
    this.listeners.push(listener)
    this.targetGroups.push(targetGroup)
    return targetGroup
  }
}

export interface ExistingBalancerProps {
  /** Of a network load balancer; it must have had a security group from the start. */
  readonly arn: string
  /** The name that AWS gave it. */
  readonly dnsName: string
  /** The zone of that name. */
  readonly zoneId: string
  readonly vpcId: string
  /** The security group that lets callers in. */
  readonly securityGroupId: string
  /** The listeners that `connections.allowFrom` opens when it is not told. @default none */
  readonly ports?: readonly number[]
}

/** A balancer that somebody else made; `NetworkLoadBalancer.fromExisting` returns it. Listeners that it gets are ours. */
export class ExistingBalancer extends Balancer {
  readonly arn: string
  readonly dnsName: string
  readonly zoneId: string
  readonly connections: Connections
  protected readonly vpcId: string

  constructor(scope: Construct, id: string, props: ExistingBalancerProps) {
    super(scope, id)
    this.arn = props.arn
    this.dnsName = props.dnsName
    this.zoneId = props.zoneId
    this.vpcId = props.vpcId
    this.connections = Connections.fromExisting(this, 'connections', {
      name: `${id}-balancer`,
      securityGroupId: props.securityGroupId,
      ports: props.ports ?? [],
    })
  }
}
