import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'

/** Where control planes talk with data planes and with each other, over mutual TLS. */
export const SYNC_PORT = 7943
export const ADMIN_PORT = 9180

/** A region's control planes as data planes and operators see them, whoever runs them. */
export abstract class ControlPlanes extends Construct {
  /** The name that data planes and peers call. */
  abstract readonly address: string
  /** Who may call; without ports, `allowFrom` opens the one for data planes and peers. */
  abstract readonly connections: Connections
  /** ARN of the key of the Admin API. */
  protected abstract readonly adminKeyArn: string
  /** ARN of the key that encrypts it. Undefined where AWS's own does. */
  protected abstract readonly keyArn: string | undefined

  /** What data planes are configured with. */
  get url(): string {
    return `https://${this.address}:${SYNC_PORT}`
  }

  /** Lets data planes connect from within the network; both rules belong to the caller. */
  connectFrom(caller: { readonly connections: Connections }): void {
    caller.connections.connectTo(this, SYNC_PORT)
  }

  /** Lets something call the Admin API from within the network, which also has to be in `adminFrom`. */
  connectAdminFrom(caller: { readonly connections: Connections }): void {
    caller.connections.connectTo(this, ADMIN_PORT)
  }

  /** Lets a role read the key of the Admin API. */
  grantAdmin(grantee: Grantee): IamRolePolicy {
    const { region } = Surroundings.of(this)
    const actions = ['secretsmanager:GetSecretValue']
    const decrypt = this.keyArn ? [keyUseThrough('secretsmanager', region, this.keyArn)] : []
    return grant(this, grantee, 'admin', { sid: 'ReadAdminKey', actions, resources: [this.adminKeyArn] }, ...decrypt)
  }
}

export interface ExistingControlPlanesProps {
  /** The name that data planes and peers call. */
  readonly address: string
  /** The security group that lets callers in. */
  readonly securityGroupId: string
  /** ARN of the secret with the key of the Admin API. */
  readonly adminKeyArn: string
  /** ARN of the key that encrypts it. @default none: AWS's own */
  readonly keyArn?: string
}

/** Control planes that somebody else runs; `ControlPlaneService.fromExisting` returns them. */
export class ExistingControlPlanes extends ControlPlanes {
  readonly address: string
  readonly connections: Connections
  protected readonly adminKeyArn: string
  protected readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, props: ExistingControlPlanesProps) {
    super(scope, id)
    this.address = props.address
    this.adminKeyArn = props.adminKeyArn
    this.keyArn = props.keyArn
    const { securityGroupId } = props
    this.connections = Connections.fromExisting(this, 'connections', { name: id, securityGroupId, ports: [SYNC_PORT] })
  }
}
