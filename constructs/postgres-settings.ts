import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group/index.js'
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group/index.js'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js'
import { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import type { Network } from './network.ts'
import { policyDocument } from './policy-document.ts'
import { POSTGRES_PORT } from './postgres.ts'
import { belongsToGeneration } from './postgres-generation.ts'
import { postgresIdentifier } from './postgres-identifier.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'

/** What PostgreSQL's logs are exported as. */
export const POSTGRES_LOGS = ['postgresql', 'upgrade'] as const

/** What primary and replica are made of alike, so that either can become the other. */
export interface PostgresProps {
  /** The instance is called `<name>-g<generation>`. */
  readonly name: string
  /** Raised when the database is rebuilt; see `PostgresReplica`. @default 1 */
  readonly generation?: number
  /** PostgreSQL's major version. */
  readonly version: number
  readonly network: Network
  /** ARN of the key of this region. */
  readonly keyArn: string
  /** A replica should have its source's: it may have to carry the same load. @default 'db.m7g.large' */
  readonly instanceClass?: string
  /**
   * Lets others subscribe to what is written here, and this to others. Static: on a database that runs already, it takes
   * effect with its next reboot.
   * @default false
   */
  readonly logicalReplication?: boolean
  /** GiB that storage may grow to by itself. @default 500 */
  readonly mostStorage?: number
  /** Also stands ready in a second zone. @default true */
  readonly multiZone?: boolean
  /** Days that backups are kept; a replica needs them to be promoted into a primary that has them. @default 14 */
  readonly backupDays?: number
  /** Neither Terraform nor the console deletes it before this is taken off. @default true */
  readonly protection?: boolean
  /** When AWS may patch, UTC. @default 'sun:07:00-sun:08:00' */
  readonly maintenanceWindow?: string
  /** Takes logins through IAM too, so that people need no password: `grantConnect`. @default false */
  readonly iamLogin?: boolean
}

export interface PostgresSettingsProps
  extends Pick<PostgresProps, 'name' | 'generation' | 'version' | 'network' | 'keyArn' | 'logicalReplication'> {
  /** @default 'postgres' */
  readonly engine?: 'postgres' | 'aurora-postgresql'
}

/** Parameter group, subnet group, security group and monitoring role of one region's database. */
export class PostgresSettings extends Construct {
  readonly connections: Connections
  readonly parameterGroup: DbParameterGroup | RdsClusterParameterGroup
  readonly subnetGroup: DbSubnetGroup
  readonly monitoringRole: IamRole
  readonly monitoringPolicy: IamRolePolicyAttachment
  readonly logGroups: readonly CloudwatchLogGroup[]

  constructor(scope: Construct, id: string, props: PostgresSettingsProps) {
    super(scope, id)
    const { name, generation = 1, version, network, keyArn, engine = 'postgres' } = props
    const aurora = engine === 'aurora-postgresql'
    const { partition, account } = Surroundings.of(this)
    this.connections = new Connections(this, 'connections', {
      name: `${name}-database`,
      description: 'Database of the control planes',
      vpcId: network.vpcId,
      ports: [POSTGRES_PORT],
    })
    const parameters = {
      namePrefix: `${resourceName(200, name)}-`,
      family: `${engine}${version}`,
      description: `PostgreSQL ${version} of ${name}`,
      parameter: [
        { name: 'rds.force_ssl', value: '1' },
        // A long query on the standby gives way after a second: it would hold back every confirmation.
        { name: 'max_standby_streaming_delay', value: '1000' },
        { name: 'log_min_duration_statement', value: '1000' },
        // Static: RDS refuses to apply it at once, and says nothing of it until the next reboot.
        ...(props.logicalReplication
          ? [{ name: 'rds.logical_replication', value: '1', applyMethod: 'pending-reboot' }]
          : []),
      ],
      lifecycle: { createBeforeDestroy: true },
    }
    this.parameterGroup = aurora
      ? new RdsClusterParameterGroup(this, 'parameters', parameters)
      : new DbParameterGroup(this, 'parameters', parameters)
    this.subnetGroup = new DbSubnetGroup(this, 'subnets', {
      name: resourceName(200, name),
      description: `Private subnets of ${name}`,
      subnetIds: [...network.privateSubnetIds],
    })
    this.monitoringRole = new IamRole(this, 'monitoring-role', {
      name: resourceName(64, name, 'database-monitoring'),
      assumeRolePolicy: policyDocument({
        principals: { Service: 'monitoring.rds.amazonaws.com' },
        actions: ['sts:AssumeRole'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    })
    this.monitoringPolicy = new IamRolePolicyAttachment(this, 'monitoring-policy', {
      role: this.monitoringRole.name,
      policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
    })
    // RDS would make these itself, without a key and without an end; they outlive the instance.
    const logs = aurora ? POSTGRES_LOGS.slice(0, 1) : POSTGRES_LOGS
    this.logGroups = logs.map((kind) => {
      const group = new CloudwatchLogGroup(this, `logs-${kind}`, {
        name: `/aws/rds/${aurora ? 'cluster' : 'instance'}/${postgresIdentifier(name, generation)}/${kind}`,
        retentionInDays: 90,
        kmsKeyId: keyArn,
        skipDestroy: true,
      })
      belongsToGeneration(this, group, generation, `logs_${kind}`)
      return group
    })
  }
}
