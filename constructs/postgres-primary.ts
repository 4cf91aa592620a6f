import { DbInstance } from '@cdktf/provider-aws/lib/db-instance/index.js'
import type { Construct } from 'constructs'
import type { Connections } from './connections.ts'
import { EphemeralResource } from './ephemeral-resource.ts'
import { ExistingPostgres, type ExistingPostgresProps, POSTGRES_USER, Postgres } from './postgres.ts'
import { belongsToGeneration } from './postgres-generation.ts'
import { postgresInstance, refusePostgres, versionProblem } from './postgres-instance.ts'
import { type PostgresProps, PostgresSettings } from './postgres-settings.ts'
import { wholeNumberProblem } from './prop-rules.ts'
import { type Transform, transform } from './transform.ts'

export interface PostgresPrimaryProps extends PostgresProps {
  /** Name or ARN, in this region, of the secret that holds the password and nothing else. */
  readonly passwordSecret: string
  /** Raised together with the secret's version. @default 1 */
  readonly passwordVersion?: number
  /** GiB to begin with. @default 50 */
  readonly storage?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<PostgresPrimary>
}

/**
 * A PostgreSQL that was created empty. It stays what it is when another region becomes the writer: roles live in the
 * database, not in Terraform.
 */
export class PostgresPrimary extends Postgres {
  readonly settings: PostgresSettings
  readonly instance: DbInstance
  readonly #iamLogin: boolean

  /** Uses a database that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingPostgresProps): ExistingPostgres {
    return new ExistingPostgres(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: PostgresPrimaryProps) {
    super(scope, id)
    const { generation = 1, storage = 50, mostStorage = 500, passwordVersion = 1 } = props
    refusePostgres(this, props, {
      version: versionProblem(props),
      // RDS's own bound of general purpose storage, and its own rule for growth.
      storage: wholeNumberProblem(storage, 20, 65_536),
      mostStorage:
        mostStorage < storage * 1.1 && `${mostStorage} GiB leaves no room to grow; use a tenth over ${storage}`,
      passwordVersion: wholeNumberProblem(passwordVersion, 1),
    })
    this.#iamLogin = props.iamLogin ?? false
    this.settings = new PostgresSettings(this, 'settings', props)
    const password = new EphemeralResource(this, 'password', {
      type: 'aws_secretsmanager_secret_version',
      arguments: { secret_id: props.passwordSecret },
    })
    this.instance = new DbInstance(this, 'instance', {
      ...postgresInstance(props, this.settings),
      engine: 'postgres',
      engineVersion: `${props.version}`,
      allocatedStorage: storage,
      dbName: POSTGRES_USER,
      username: POSTGRES_USER,
      passwordWo: password.attribute('secret_string'),
      passwordWoVersion: passwordVersion,
      dependsOn: [...this.settings.logGroups],
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
}
