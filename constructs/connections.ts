import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js'
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js'
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js'
import { Construct } from 'constructs'

/** Who may call, or be called. `as` names the rule: it is part of the construct's id and of its description. */
export type Peer =
  | { readonly as: string; readonly cidr: string }
  | { readonly as: string; readonly prefixListId: string }
  | { readonly as: string; readonly securityGroupId: string }
  | { readonly connections: Connections }

export interface ConnectionsProps {
  readonly name: string
  /** What it is for, in the words of the console; AWS replaces the group when it changes. */
  readonly description: string
  readonly vpcId: string
  /** The ports that `allowFrom` and `connectTo` open when they are not told. */
  readonly ports: readonly number[]
}

export interface ExistingConnectionsProps {
  /** Names it in the ids and descriptions of rules. */
  readonly name: string
  /** Of the group that somebody else made. */
  readonly securityGroupId: string
  /** The ports that `allowFrom` and `connectTo` open when they are not told. */
  readonly ports: readonly number[]
}

/** Who may connect to something, and to whom it may connect: one security group that begins with no rule at all. */
export class Connections extends Construct {
  readonly securityGroupId: string
  /** Absent where somebody else made it. */
  readonly securityGroup: SecurityGroup | undefined
  readonly #name: string
  /** Those that `allowFrom` and `connectTo` open when they are not told. */
  readonly ports: readonly number[]

  /** Uses a security group that somebody else made. Rules that are added belong to this stack. */
  static fromExisting(scope: Construct, id: string, props: ExistingConnectionsProps): Connections {
    return new Connections(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: ConnectionsProps | ExistingConnectionsProps) {
    super(scope, id)
    this.#name = props.name
    this.ports = props.ports
    if ('securityGroupId' in props) {
      this.securityGroupId = props.securityGroupId
      return
    }
    const { name, description, vpcId } = props
    this.securityGroup = new SecurityGroup(this, 'group', {
      namePrefix: `${name}-`,
      description,
      vpcId,
      tags: { Name: name },
      lifecycle: { createBeforeDestroy: true },
    })
    this.securityGroupId = this.securityGroup.id
  }

  /** Lets `peer` connect to these ports. @param ports @default those of the construct */
  allowFrom(peer: Peer, ...ports: readonly number[]): void {
    for (const port of ports.length > 0 ? ports : this.ports) {
      const as = labelOf(peer)
      new VpcSecurityGroupIngressRule(this, `from-${as}-${port}`, {
        ...ruleFor(peer),
        securityGroupId: this.securityGroupId,
        description: `${port} from ${as}`,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      })
    }
  }

  /** Lets this connect to `peer`. */
  allowTo(peer: Peer, ...ports: readonly number[]): void {
    for (const port of ports) {
      const as = labelOf(peer)
      new VpcSecurityGroupEgressRule(this, `to-${as}-${port}`, {
        ...ruleFor(peer),
        securityGroupId: this.securityGroupId,
        description: `${port} to ${as}`,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      })
    }
  }

  /**
   * Opens both ends of the way from here to `target`. Both rules belong to this side, so that a stack may connect to
   * what another stack made, and that one need not know.
   */
  connectTo(target: { readonly connections: Connections }, ...ports: readonly number[]): void {
    const { connections } = target
    for (const port of ports.length > 0 ? ports : connections.ports) {
      this.allowTo(target, port)
      new VpcSecurityGroupIngressRule(this, `into-${connections.name}-${port}`, {
        securityGroupId: connections.securityGroupId,
        referencedSecurityGroupId: this.securityGroupId,
        description: `${port} from ${this.name}`,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      })
    }
  }

  /** Lets this connect to anything over TCP: what a gateway does for a living. */
  allowToAnywhere(): void {
    new VpcSecurityGroupEgressRule(this, 'to-anywhere', {
      securityGroupId: this.securityGroupId,
      description: 'TCP to anywhere',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 0,
      toPort: 65_535,
    })
  }

  get name(): string {
    return this.#name
  }
}

function labelOf(peer: Peer): string {
  return 'connections' in peer ? peer.connections.name : peer.as
}

function ruleFor(peer: Peer) {
  if ('connections' in peer) return { referencedSecurityGroupId: peer.connections.securityGroupId }
  if ('cidr' in peer) return { cidrIpv4: peer.cidr }
  if ('prefixListId' in peer) return { prefixListId: peer.prefixListId }
  return { referencedSecurityGroupId: peer.securityGroupId }
}
