import { DbInstance } from '@cdktf/provider-aws/lib/db-instance/index.js'
import { Construct } from 'constructs'
import type { Connections } from './connections.ts'
import { ExistingPostgres, type ExistingPostgresProps } from './existing-postgres.ts'
import { invalidProp } from './invalid-prop.ts'
import type { Postgres } from './postgres.ts'
import { belongsToGeneration } from './postgres-generation.ts'
import { postgresInstance } from './postgres-instance.ts'
import { type PostgresProps, PostgresSettings } from './postgres-settings.ts'
import { type Transform, transform } from './transform.ts'

export interface PostgresReplicaProps extends PostgresProps {
  /** ARN of the instance it was created from; a region that has its own key and name cannot go by identifier. */
  readonly sourceArn: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<PostgresReplica>
}

/**
 * A PostgreSQL that was created as a replica of one in another region. It has no user, password or database name of
 * its own: those come from its source. Once it is promoted, outside Terraform, it stays as it is here: an old primary
 * does not become its replica but is built again, under the next generation.
 */
export class PostgresReplica extends Construct implements Postgres {
  readonly settings: PostgresSettings
  readonly instance: DbInstance

  /** Uses a database that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingPostgresProps): ExistingPostgres {
    return new ExistingPostgres(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: PostgresReplicaProps) {
    super(scope, id)
    const { generation = 1, sourceArn } = props
    if (!sourceArn.startsWith('arn:') && !sourceArn.includes('${')) {
      throw invalidProp(
        this,
        'sourceArn',
        `'${sourceArn}' is no ARN; a replica in another region needs its source's ARN`,
      )
    }
    this.settings = new PostgresSettings(this, 'settings', props)
    this.instance = new DbInstance(this, 'instance', {
      ...postgresInstance(this, props, this.settings),
      replicateSourceDb: sourceArn,
      // Promotion empties this at AWS; planned back, it would fail at apply.
      dependsOn: [...this.settings.logGroups],
      lifecycle: { ignoreChanges: ['replicate_source_db'] },
    })
    belongsToGeneration(this, this.instance, generation)
    transform(this, props.transform)
  }

  get address(): string {
    return this.instance.address
  }

  get arn(): string {
    return this.instance.arn
  }

  get connections(): Connections {
    return this.settings.connections
  }
}
