import { RdsCluster } from '@cdktf/provider-aws/lib/rds-cluster/index.js'
import { RdsClusterInstance } from '@cdktf/provider-aws/lib/rds-cluster-instance/index.js'
import type { Construct } from 'constructs'
import type { Connections } from './connections.ts'
import { EphemeralResource } from './ephemeral-resource.ts'
import { ExistingPostgres, type ExistingPostgresProps, POSTGRES_PORT, POSTGRES_USER, Postgres } from './postgres.ts'
import { belongsToGeneration } from './postgres-generation.ts'
import { auroraVersion } from './postgres-global.ts'
import { postgresIdentifier } from './postgres-identifier.ts'
import { refusePostgres } from './postgres-instance.ts'
import { type PostgresProps, PostgresSettings } from './postgres-settings.ts'
import { declaredRegion } from './prop-rules.ts'
import { type Transform, transform } from './transform.ts'

export interface PostgresGlobalMemberProps extends Omit<PostgresProps, 'mostStorage' | 'multiZone'> {
  /** Of the `PostgresGlobal` that it joins. */
  readonly globalIdentifier: string
  /** The exact version of Aurora that it begins with. @default '17.4' */
  readonly engineVersion?: string
  /**
   * What it was created as, for good: the first member, which brings user, password and database name, or one that
   * copied all that from the region named here. Neither changes when another member writes.
   */
  readonly origin: { readonly passwordSecret: string; readonly passwordVersion?: number } | { readonly from: string }
  /** @default 'db.r7g.large' */
  readonly instanceClass?: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<PostgresGlobalMember>
}

/**
 * A region's cluster of an Aurora Global Database, with one instance. Control planes reach it under the instance's own
 * name, the only one that answers in both roles: a cluster's writer endpoint is closed while another region writes, and
 * its reader endpoint leads away from the writer. A zone that is lost therefore takes the writer along until Aurora has
 * made a new instance, or another region takes over.
 *
 * What a switchover or failover changes at AWS, Terraform ignores here: planned back, it would detach or promote a
 * member, or fail at apply.
 */
export class PostgresGlobalMember extends Postgres {
  readonly settings: PostgresSettings
  readonly cluster: RdsCluster
  readonly instance: RdsClusterInstance
  readonly #iamLogin: boolean

  /** Uses a database that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingPostgresProps): ExistingPostgres {
    return new ExistingPostgres(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: PostgresGlobalMemberProps) {
    super(scope, id)
    const { name, generation = 1, keyArn, origin, instanceClass = 'db.r7g.large' } = props
    refusePostgres(this, props, {
      instanceClass:
        !/^db\.(r\d|x\d)\w*\.\w+$/.test(instanceClass) &&
        `'${instanceClass}' is no class of Aurora Global; use one of memory, like db.r7g.large`,
      'origin.from': originProblem(this, origin),
    })
    this.#iamLogin = props.iamLogin ?? false
    const engineVersion = auroraVersion(this, props)
    const identifier = postgresIdentifier(name, generation)
    const engine = 'aurora-postgresql'
    this.settings = new PostgresSettings(this, 'settings', { ...props, engine })
    this.cluster = new RdsCluster(this, 'cluster', {
      clusterIdentifier: identifier,
      globalClusterIdentifier: props.globalIdentifier,
      engine,
      engineVersion,
      ...('from' in origin ? { sourceRegion: origin.from } : this.#credentials(origin)),
      storageEncrypted: true,
      kmsKeyId: keyArn,
      port: POSTGRES_PORT,
      ...(props.iamLogin && { iamDatabaseAuthenticationEnabled: true }),
      dbSubnetGroupName: this.settings.subnetGroup.name,
      dbClusterParameterGroupName: this.settings.parameterGroup.name,
      vpcSecurityGroupIds: [this.settings.connections.securityGroupId],
      backupRetentionPeriod: props.backupDays ?? 14,
      preferredBackupWindow: '05:00-06:00',
      preferredMaintenanceWindow: props.maintenanceWindow ?? 'sun:07:00-sun:08:00',
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: props.protection ?? true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${identifier}-final`,
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
      enabledCloudwatchLogsExports: ['postgresql'],
      dependsOn: [...this.settings.logGroups],
      lifecycle: { ignoreChanges: ['global_cluster_identifier', 'replication_source_identifier', 'engine_version'] },
    })
    belongsToGeneration(this, this.cluster, generation)
    this.instance = new RdsClusterInstance(this, 'instance', {
      identifier: `${identifier}-1`,
      clusterIdentifier: this.cluster.id,
      engine,
      instanceClass,
      publiclyAccessible: false,
      caCertIdentifier: 'rds-ca-rsa2048-g1',
      // A version that one member took by itself would stop the others from following.
      autoMinorVersionUpgrade: false,
      applyImmediately: false,
      copyTagsToSnapshot: true,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: keyArn,
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
      monitoringRoleArn: this.settings.monitoringRole.arn,
      lifecycle: { ignoreChanges: ['engine_version'] },
    })
    belongsToGeneration(this, this.instance, generation)
    transform(this, props.transform)
  }

  get address(): string {
    return this.instance.endpoint
  }

  get arn(): string {
    return this.cluster.arn
  }

  get connections(): Connections {
    return this.settings.connections
  }

  protected get loginId(): string | undefined {
    return this.#iamLogin ? this.cluster.clusterResourceId : undefined
  }

  #credentials(origin: { readonly passwordSecret: string; readonly passwordVersion?: number }) {
    const password = new EphemeralResource(this, 'password', {
      type: 'aws_secretsmanager_secret_version',
      arguments: { secret_id: origin.passwordSecret },
    })
    return {
      databaseName: POSTGRES_USER,
      masterUsername: POSTGRES_USER,
      masterPasswordWo: password.attribute('secret_string'),
      masterPasswordWoVersion: origin.passwordVersion ?? 1,
    }
  }
}

function originProblem(scope: Construct, origin: PostgresGlobalMemberProps['origin']): string | undefined {
  if (!('from' in origin) || origin.from !== declaredRegion(scope)) return undefined
  return `${origin.from} is where this member is; name the region that it copied from`
}
