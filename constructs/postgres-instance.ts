import type { DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance/index.js'
import { type TerraformResource, TerraformStack } from 'cdktf'
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

/** The Terraform name of a generation's instance. Every generation has its own, or a new one would rename the old. */
export function generationId(scope: Construct, generation: number): string {
  const { node } = scope
  const path = node.path.slice(TerraformStack.of(scope).node.path.length + 1)
  return `${path.replaceAll('/', '_')}_g${generation}`
}

/**
 * Lets Terraform forget the instances of earlier generations without touching them: an old database is removed by an
 * explicit step of its own, never because a number was raised.
 */
export function forgetEarlierGenerations(
  scope: Construct,
  resources: readonly TerraformResource[],
  generation: number,
): void {
  if (generation === 1) return
  const earlier = Array.from({ length: generation - 1 }, (_, index) => index + 1)
  TerraformStack.of(scope).addOverride(
    'removed',
    earlier.flatMap((old) =>
      resources.map(({ terraformResourceType }) => ({
        from: `${terraformResourceType}.${generationId(scope, old)}`,
        lifecycle: { destroy: false },
      })),
    ),
  )
}
