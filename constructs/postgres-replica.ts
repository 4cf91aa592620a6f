import { DbInstance } from '@cdktf/provider-aws/lib/db-instance/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { Construct } from 'constructs'
import type { Connections } from './connections.ts'
import { type Grantee, grant } from './grant.ts'
import { ExistingPostgres, type ExistingPostgresProps, Postgres } from './postgres.ts'
import { belongsToGeneration } from './postgres-generation.ts'
import { postgresInstance, refusePostgres, versionProblem } from './postgres-instance.ts'
import { type PostgresProps, PostgresSettings } from './postgres-settings.ts'
import { arnProblem, declaredRegion, regionOfArn } from './prop-rules.ts'
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
export class PostgresReplica extends Postgres {
  readonly settings: PostgresSettings
  readonly instance: DbInstance
  readonly #iamLogin: boolean

  /** Uses a database that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingPostgresProps): ExistingPostgres {
    return new ExistingPostgres(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: PostgresReplicaProps) {
    super(scope, id)
    const { generation = 1, sourceArn } = props
    refusePostgres(this, props, { version: versionProblem(props), sourceArn: sourceProblem(this, sourceArn) })
    this.#iamLogin = props.iamLogin ?? false
    this.settings = new PostgresSettings(this, 'settings', props)
    this.instance = new DbInstance(this, 'instance', {
      ...postgresInstance(props, this.settings),
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

  protected get loginId(): string | undefined {
    return this.#iamLogin ? this.instance.resourceId : undefined
  }

  /** Lets a role make it a database of its own: the step of a failover that nothing undoes. */
  grantPromote(grantee: Grantee): IamRolePolicy {
    const actions = ['rds:DescribeDBInstances', 'rds:PromoteReadReplica']
    return grant(this, grantee, 'promote', { sid: 'Promote', actions, resources: [this.arn] })
  }
}

function sourceProblem(scope: Construct, sourceArn: string): string | undefined {
  const problem = arnProblem(sourceArn)
  if (problem) return `${problem}; a replica in another region cannot go by its source's identifier`
  const here = declaredRegion(scope)
  if (!here || regionOfArn(sourceArn) !== here) return undefined
  return `is in ${here} like the replica, and would be lost with it; use a source in another region`
}
