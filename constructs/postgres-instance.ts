import type { DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance/index.js'
import type { Construct } from 'constructs'
import { type PropProblems, refuseProps } from './invalid-prop.ts'
import { POSTGRES_PORT } from './postgres.ts'
import { postgresIdentifier } from './postgres-identifier.ts'
import { POSTGRES_LOGS, type PostgresProps, type PostgresSettings } from './postgres-settings.ts'
import { keyProblem, wholeNumberProblem, zonesProblem } from './prop-rules.ts'

const BACKUP_DAYS = 35
const INSTANCE_CLASS = /^db\.[a-z]+\d\w*\.(micro|small|medium|large|\d*xlarge)$/

/**
 * Refuses what no database of PostgreSQL can be, and what `more` says of this kind of it.
 *
 * @throws AntipodeError CONSTRUCT_INVALID with everything that is wrong
 */
export function refusePostgres(
  scope: Construct,
  props: Omit<PostgresProps, 'mostStorage' | 'multiZone'>,
  more: PropProblems,
): void {
  const { generation = 1, backupDays = 14, instanceClass = 'db.m7g.large' } = props
  refuseProps(scope, {
    generation: wholeNumberProblem(generation, 1),
    keyArn: keyProblem(scope, props.keyArn),
    'network.privateSubnetIds': zonesProblem(props.network),
    // Without backups, nothing can be made out of a replica, and no replica of it.
    backupDays: wholeNumberProblem(backupDays, 1, BACKUP_DAYS),
    instanceClass:
      !INSTANCE_CLASS.test(instanceClass) && `'${instanceClass}' is no class of RDS; use one like db.m7g.large`,
    ...more,
  })
}

/** The versions that RDS offers and the runtime is tested with. */
export function versionProblem({ version }: PostgresProps): string | undefined {
  return version === 17 || version === 18 ? undefined : `${version} is not supported; use 17 or 18`
}

/**
 * Everything that does not depend on whether an instance was created empty or as a replica. Nothing here may follow
 * from a role: a switchover must not change a single argument.
 */
export function postgresInstance(props: PostgresProps, settings: PostgresSettings): DbInstanceConfig {
  const { name, generation = 1, keyArn, protection = true } = props
  const identifier = postgresIdentifier(name, generation)
  return {
    identifier,
    instanceClass: props.instanceClass ?? 'db.m7g.large',
    storageType: 'gp3',
    maxAllocatedStorage: props.mostStorage ?? 500,
    storageEncrypted: true,
    kmsKeyId: keyArn,
    port: POSTGRES_PORT,
    ...(props.iamLogin && { iamDatabaseAuthenticationEnabled: true }),
    multiAz: props.multiZone ?? true,
    publiclyAccessible: false,
    dbSubnetGroupName: settings.subnetGroup.name,
    vpcSecurityGroupIds: [settings.connections.securityGroupId],
    parameterGroupName: settings.parameterGroup.name,
    caCertIdentifier: 'rds-ca-rsa2048-g1',
    backupRetentionPeriod: props.backupDays ?? 14,
    backupWindow: '05:00-06:00',
    copyTagsToSnapshot: true,
    deleteAutomatedBackups: false,
    deletionProtection: protection,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: `${identifier}-final`,
    autoMinorVersionUpgrade: true,
    allowMajorVersionUpgrade: false,
    applyImmediately: false,
    maintenanceWindow: props.maintenanceWindow ?? 'sun:07:00-sun:08:00',
    enabledCloudwatchLogsExports: [...POSTGRES_LOGS],
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keyArn,
    performanceInsightsRetentionPeriod: 7,
    monitoringInterval: 60,
    monitoringRoleArn: settings.monitoringRole.arn,
  }
}
