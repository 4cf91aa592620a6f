import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import type { Postgres } from './postgres.ts'
import { POSTGRES_PORT } from './postgres-settings.ts'

export interface ExistingPostgresProps {
  /** Where it is reached, in every role. */
  readonly address: string
  readonly arn: string
  /** The security group that lets callers in. */
  readonly securityGroupId: string
  /** @default 5432 */
  readonly port?: number
}

/** A database that somebody else made; `PostgresPrimary.fromExisting` and `PostgresReplica.fromExisting` return it. */
export class ExistingPostgres extends Construct implements Postgres {
  readonly address: string
  readonly arn: string
  readonly connections: Connections

  constructor(scope: Construct, id: string, props: ExistingPostgresProps) {
    super(scope, id)
    this.address = props.address
    this.arn = props.arn
    this.connections = Connections.fromExisting(this, 'connections', {
      name: id,
      securityGroupId: props.securityGroupId,
      ports: [props.port ?? POSTGRES_PORT],
    })
  }
}
