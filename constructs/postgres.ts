import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import { type Grantee, grant } from './grant.ts'
import { invalidProp } from './invalid-prop.ts'
import { Surroundings } from './surroundings.ts'

/** Where PostgreSQL listens, unless it was made elsewhere. */
export const POSTGRES_PORT = 5432
/** The user and the database that the control planes use. */
export const POSTGRES_USER = 'antipode'

/** A region's database as those who use it see it, whatever it is made of, whatever its role is and whoever made it. */
export abstract class Postgres extends Construct {
  /** Where it is reached, in every role. */
  abstract readonly address: string
  abstract readonly arn: string
  abstract readonly connections: Connections
  /** AWS's own id of it, by which its users are named in policies. Undefined where nobody may log in through IAM. */
  protected abstract readonly loginId: string | undefined

  /** Lets a caller connect; both rules belong to the caller. */
  connectFrom(caller: { readonly connections: Connections }): void {
    caller.connections.connectTo(this)
  }

  /**
   * Lets a role log in as a user of the database without a password. The user has to exist and to be granted `rds_iam`;
   * `POSTGRES_USER` keeps its password, so name another.
   *
   * @throws AntipodeError CONSTRUCT_INVALID where the database does not take such logins
   */
  grantConnect(grantee: Grantee, user: string): IamRolePolicy {
    if (!this.loginId) throw invalidProp(this, 'iamLogin', 'is off, so no role can log in; use true')
    const resources = [Surroundings.of(this).arn('rds-db', `dbuser:${this.loginId}/${user}`)]
    return grant(this, grantee, `connect-as-${user}`, { sid: 'LogIn', actions: ['rds-db:connect'], resources })
  }
}

export interface ExistingPostgresProps {
  /** Where it is reached, in every role. */
  readonly address: string
  /** Of the instance or cluster. */
  readonly arn: string
  /** The security group that lets callers in. */
  readonly securityGroupId: string
  /** @default 5432 */
  readonly port?: number
  /** Its resource id, such as `db-ABCDEFGHIJKL`, where it takes logins through IAM. @default none: it does not */
  readonly loginId?: string
}

/** A database that somebody else made; `fromExisting` of every kind of database returns it. */
export class ExistingPostgres extends Postgres {
  readonly address: string
  readonly arn: string
  readonly connections: Connections
  protected readonly loginId: string | undefined

  constructor(scope: Construct, id: string, props: ExistingPostgresProps) {
    super(scope, id)
    this.address = props.address
    this.arn = props.arn
    this.loginId = props.loginId
    this.connections = Connections.fromExisting(this, 'connections', {
      name: id,
      securityGroupId: props.securityGroupId,
      ports: [props.port ?? POSTGRES_PORT],
    })
  }
}
