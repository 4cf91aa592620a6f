import type { Construct } from 'constructs'
import {
  BackupCopy,
  type Key,
  POSTGRES_PORT,
  type Postgres,
  PostgresGlobalMember,
  PostgresPrimary,
  PostgresReplica,
  postgresIdentifier,
  type RegionNetwork,
  ReplicationAlarms,
  Surroundings,
} from '../constructs/index.ts'
import { type Database, DEFAULT_INSTANCE_CLASS, type RegionDatabase } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import { type RegionNames, regionNames } from './region-names.ts'

export interface DataStackProps extends LayerStackProps {
  readonly names: RegionNames
  readonly identity: RegionDatabase
  readonly settings: Database
  readonly key: Key
  readonly network: RegionNetwork
  /** ARN of a topic of this region that hears the alarms. @default a topic is made */
  readonly alarmTopicArn?: string
  /** The other region's databases, where replication is logical: each subscribes to the other. @default none */
  readonly subscribes?: { readonly region: string; readonly cidr: string }
  /** Where backups are copied to. @default none */
  readonly backupRegion?: string
}

/**
 * A region's database. What it is made of follows from the database's identity, that is its generation and the one it
 * was created from, and from nothing else: who writes is not Terraform's to decide.
 */
export class DataStack extends LayerStack {
  readonly database: Postgres
  readonly alarms: ReplicationAlarms
  readonly backups: BackupCopy | undefined

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props)
    const { topology, names, identity, settings, network, subscribes, alarmTopicArn, backupRegion } = props
    const keyArn = props.key.arn
    const { generation, from } = identity
    const { version, replication } = settings
    const instanceClass = settings.instanceClass ?? DEFAULT_INSTANCE_CLASS[settings.kind]
    const common = { name: names.base, generation, version, instanceClass, network, keyArn }
    const aurora = settings.kind === 'aurora-global'
    if (aurora) {
      const origin = from === null ? { passwordSecret: names.databaseSecret } : { from: from.region }
      this.database = new PostgresGlobalMember(this, 'database', { ...common, globalIdentifier: topology, origin })
    } else if (from === null) {
      this.database = new PostgresPrimary(this, 'database', {
        ...common,
        passwordSecret: names.databaseSecret,
        ...(replication === 'logical' && { logicalReplication: true }),
      })
    } else {
      const source = postgresIdentifier(regionNames(topology, from.region).base, from.generation)
      const sourceArn = Surroundings.of(this).arn('rds', `db:${source}`, from.region)
      this.database = new PostgresReplica(this, 'database', { ...common, sourceArn })
    }
    if (subscribes) {
      const peer = { as: subscribes.region, cidr: subscribes.cidr }
      this.database.connections.allowFrom(peer)
      this.database.connections.allowTo(peer, POSTGRES_PORT)
    }
    const databaseIdentifier = postgresIdentifier(names.base, generation)
    this.alarms = new ReplicationAlarms(this, 'alarms', {
      name: names.base,
      databaseIdentifier,
      ...(aurora && { engine: 'aurora-postgresql' }),
      keyArn,
      // Control planes write a heartbeat every second.
      heartbeat: true,
      // A subscription's lag is no metric of RDS; what its slot holds back is.
      ...(replication === 'physical' && { maxLag: settings.maxLag }),
      ...(alarmTopicArn && { topicArn: alarmTopicArn }),
    })
    this.backups = backupRegion
      ? new BackupCopy(this, 'backups', {
          name: names.base,
          region: props.region,
          keyArn,
          resourceArns: [this.database.arn],
          copyTo: { region: backupRegion, name: regionNames(topology, backupRegion).base },
        })
      : undefined
  }
}
