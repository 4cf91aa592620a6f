import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { topology as example } from '../../stacks/examples/active-passive.ts'
import { defineTopology, type Topology, type TopologyDescription } from '../../topology/index.ts'
import { skip } from '../toolkit/offline/terraform-available.ts'
import { type DeployedDatabases, deployDatabases } from './deployed-databases.ts'

const EAST = 'us-east-1'
const WEST = 'us-west-2'
type Source = { readonly generation: number; readonly from: { readonly region: string; readonly generation?: number } }

/** The example with another kind of database, another writer, and databases that were built again. */
function described(
  kind: Topology['database']['kind'],
  writer: string,
  rebuilt: Readonly<Record<string, Source>> = {},
): Topology {
  const regions = Object.entries(example.regions).map(([name, region]) => {
    const role = name === writer ? 'primary' : 'standby'
    return [name, { ...region, role, database: rebuilt[name] ?? region.database }]
  })
  const database = { ...example.database, kind }
  return defineTopology({ ...example, database, regions: Object.fromEntries(regions) } as TopologyDescription)
}

/** What a plan says where a database is built again: the old one is let go, and nothing that holds data is touched. */
function builtAgain(holders: readonly string[], followers: readonly string[]): string[] {
  const perGeneration = holders.flatMap((holder) => [`forget ${holder}_g1`, `create ${holder}_g2`])
  return [...perGeneration, ...followers].sort()
}

const OF_RDS = builtAgain(
  [
    'aws_cloudwatch_log_group.database_settings_logs_postgresql',
    'aws_cloudwatch_log_group.database_settings_logs_upgrade',
    'aws_db_instance.database',
  ],
  [
    'replace aws_backup_selection.backups_selection for resources',
    'replace aws_cloudwatch_metric_alarm.alarms_disk for alarm_name',
    'replace aws_cloudwatch_metric_alarm.alarms_lag for alarm_name',
    'replace aws_cloudwatch_metric_alarm.alarms_slot for alarm_name',
  ],
)

const OF_AURORA = builtAgain(
  [
    'aws_cloudwatch_log_group.database_settings_logs_postgresql',
    'aws_rds_cluster.database',
    'aws_rds_cluster_instance.database',
  ],
  [
    'replace aws_backup_selection.backups_selection for resources',
    'replace aws_cloudwatch_metric_alarm.alarms_disk for alarm_name',
    'replace aws_cloudwatch_metric_alarm.alarms_lag for alarm_name',
  ],
)

describe('the life of a writer on RDS, planned by the real Terraform', { skip }, () => {
  const eastAgain = { [EAST]: { generation: 2, from: { region: WEST, generation: 1 } } }
  const bothAgain = { ...eastAgain, [WEST]: { generation: 2, from: { region: EAST } } }
  let deployed: DeployedDatabases
  before(async () => {
    deployed = await deployDatabases(described('instance', EAST))
  })
  after(() => deployed?.close())

  const change = (identifier: string, becomes: Parameters<DeployedDatabases['cloud']['change']>[2]): void => {
    deployed.cloud.change('aws_db_instance', { identifier }, becomes)
  }

  it('leaves nothing to change once it is deployed', async () => {
    assert.deepEqual(await deployed.plan(described('instance', EAST)), {})
  })

  it('is not undone by a plan when another region was promoted, whichever writer is declared', async () => {
    change('payments-us-west-2-g1', { replicate_source_db: '', backup_window: '05:00-06:00' })
    change('payments-us-east-1-g1', { replicas: [] })
    assert.deepEqual(await deployed.plan(described('instance', EAST)), {})
    assert.deepEqual(await deployed.apply(described('instance', WEST)), {})
    // That the plan saw it, and why it would have failed: one database told to follow another.
    assert.deepEqual(await deployed.planUnguarded(described('instance', WEST)), [
      'a database cannot be told to follow another',
    ])
  })

  it('is not disturbed by what AWS changes itself: a patch, storage that grew', async () => {
    change('payments-us-east-1-g1', { engine_version_actual: '17.7', allocated_storage: 80 })
    change('payments-us-west-2-g1', { engine_version_actual: '17.7', allocated_storage: 80 })
    assert.deepEqual(await deployed.plan(described('instance', WEST)), {})
  })

  it('rejoins as the next generation, and the old database is let go as it is', async () => {
    assert.deepEqual(await deployed.apply(described('instance', WEST, eastAgain)), {
      'payments-us-east-1-data': OF_RDS,
    })
  })

  it('is retired by hand, of which Terraform knows nothing', async () => {
    change('payments-us-east-1-g1', null)
    assert.deepEqual(await deployed.plan(described('instance', WEST, eastAgain)), {})
  })

  it('writes where it began after a second switch, and the other region’s loss plans nothing there', async () => {
    change('payments-us-east-1-g2', { replicate_source_db: '' })
    change('payments-us-west-2-g1', null)
    assert.deepEqual(await deployed.plan(described('instance', EAST, eastAgain)), {
      // Only where it is gone. Built again under the next number, it follows the new writer instead.
      'payments-us-west-2-data': [
        'create aws_db_instance.database_g1',
        'replace aws_backup_selection.backups_selection for resources',
      ],
    })
  })

  it('lets the lost region rejoin in its turn', async () => {
    assert.deepEqual(await deployed.apply(described('instance', EAST, bothAgain)), {
      'payments-us-west-2-data': OF_RDS,
    })
  })
})

describe('the life of a writer on Aurora Global, planned by the real Terraform', { skip }, () => {
  const eastAgain = { [EAST]: { generation: 2, from: { region: WEST } } }
  let deployed: DeployedDatabases
  before(async () => {
    deployed = await deployDatabases(described('aurora-global', EAST))
  })
  after(() => deployed?.close())

  /** What AWS shows of a member after roles moved. */
  const change = (region: string, becomes: Parameters<DeployedDatabases['cloud']['change']>[2]): void => {
    deployed.cloud.change('aws_rds_cluster', { cluster_identifier: `payments-${region}-g1` }, becomes)
  }
  const writes = (region: string, other: string): void => {
    const arn = (of: string) => `arn:aws:rds:${of}:123456789012:cluster:payments-${of}-g1`
    change(region, { replication_source_identifier: '' })
    change(other, { replication_source_identifier: arn(region) })
    for (const [of, writer] of [[region, true] as const, [other, false] as const]) {
      deployed.cloud.change('aws_rds_cluster_instance', { identifier: `payments-${of}-g1-1` }, { writer })
    }
    const members = [region, other].map((of) => ({ db_cluster_arn: arn(of), is_writer: of === region }))
    deployed.cloud.change(
      'aws_rds_global_cluster',
      { global_cluster_identifier: 'payments' },
      { global_cluster_members: members, endpoint: `payments.global-${region}.rds.amazonaws.com` },
    )
  }

  it('leaves nothing to change once it is deployed', async () => {
    assert.deepEqual(await deployed.plan(described('aurora-global', EAST)), {})
  })

  it('is not undone by a plan after a switchover and back, whichever writer is declared', async () => {
    writes(WEST, EAST)
    assert.deepEqual(await deployed.plan(described('aurora-global', EAST)), {})
    assert.deepEqual(await deployed.apply(described('aurora-global', WEST)), {})
    writes(EAST, WEST)
    assert.deepEqual(await deployed.plan(described('aurora-global', WEST)), {})
  })

  it('is not undone when a failover detached the lost member, or AWS raised the version of all', async () => {
    writes(WEST, EAST)
    change(EAST, { replication_source_identifier: '', global_cluster_identifier: '', engine_version: '17.5' })
    change(WEST, { engine_version: '17.5' })
    assert.deepEqual(await deployed.plan(described('aurora-global', WEST)), {})
    assert.deepEqual(await deployed.planUnguarded(described('aurora-global', WEST)), [
      'a cluster cannot join a global cluster later',
    ])
  })

  it('rejoins as a member of the next generation, and the old one is let go as it is', async () => {
    assert.deepEqual(await deployed.apply(described('aurora-global', WEST, eastAgain)), {
      'payments-us-east-1-data': OF_AURORA,
    })
  })

  it('is retired by hand, of which Terraform knows nothing', async () => {
    change(EAST, null)
    deployed.cloud.change('aws_rds_cluster_instance', { identifier: 'payments-us-east-1-g1-1' }, null)
    assert.deepEqual(await deployed.plan(described('aurora-global', WEST, eastAgain)), {})
  })
})
