import type { DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance/index.js'
import type { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'
import { postgresIdentifier } from './postgres-identifier.ts'
import { POSTGRES_LOGS, POSTGRES_PORT, type PostgresProps, type PostgresSettings } from './postgres-settings.ts'

/**
 * Everything that does not depend on whether an instance was created empty or as a replica. Nothing here may follow
 * from a role: a switchover must not change a single argument.
 */
export function postgresInstance(scope: Construct, props: PostgresProps, settings: PostgresSettings): DbInstanceConfig {
  const { name, generation = 1, keyArn, protection = true } = props
  if (props.version !== 17 && props.version !== 18) {
    throw invalidProp(scope, 'version', `${props.version} is not supported; use 17 or 18`)
  }
  if (!Number.isInteger(generation) || generation < 1) {
    throw invalidProp(scope, 'generation', `${generation} cannot be; use a whole number, 1 or more`)
  }
  const identifier = postgresIdentifier(name, generation)
  return {
    identifier,
    instanceClass: props.instanceClass ?? 'db.m7g.large',
    storageType: 'gp3',
    maxAllocatedStorage: props.mostStorage ?? 500,
    storageEncrypted: true,
    kmsKeyId: keyArn,
    port: POSTGRES_PORT,
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
