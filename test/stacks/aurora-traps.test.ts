import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Testing } from 'cdktf'
import { topology as example } from '../../stacks/examples/active-passive.ts'
import { GatewayTopology } from '../../stacks/index.ts'
import { defineTopology, type Topology } from '../../topology/index.ts'
import { type Block, resources, synthesise } from './synthesise.ts'

const topology = defineTopology({ ...example, database: { ...example.database, kind: 'aurora-global' } })
const stacks = synthesise(topology)
const { 'us-east-1': east, 'us-west-2': west } = topology.regions
assert.ok(east && west)

function only(stack: string, type: string, all = stacks): Block {
  const [block] = Object.values(resources(all.get(stack), type))
  return block ?? assert.fail(`${stack} has no ${type}`)
}

const members = ['us-east-1', 'us-west-2'].map((region) => only(`payments-${region}-data`, 'aws_rds_cluster'))

test('every member ignores what a switchover, a failover or a global upgrade changes at AWS', () => {
  for (const { lifecycle } of members) {
    assert.deepEqual(lifecycle, {
      ignore_changes: ['global_cluster_identifier', 'replication_source_identifier', 'engine_version'],
    })
  }
})

test('what a member was created with belongs to its identity: the first brings credentials, the others none', () => {
  const [first, second] = members
  assert.deepEqual([first?.master_username, first?.database_name], ['antipode', 'antipode'])
  assert.equal(first?.source_region, undefined)
  for (const key of ['master_username', 'master_password', 'master_password_wo', 'database_name']) {
    assert.equal(second?.[key], undefined, key)
  }
  assert.equal(second?.source_region, 'us-east-1')
})

test('a change of writer changes no argument of any member, and nothing of the global database', () => {
  const switched: Topology = defineTopology({
    ...topology,
    regions: {
      'us-east-1': { ...east, role: 'standby' },
      'us-west-2': { ...west, role: 'primary', dataPlane: east.dataPlane },
    },
  })
  const after = synthesise(switched)
  for (const id of ['payments-replication', 'payments-us-east-1-data', 'payments-us-west-2-data']) {
    assert.deepEqual(after.get(id), stacks.get(id), id)
  }
})

test('the global database is there before its members, and made out of none of them', () => {
  const shell = only('payments-replication', 'aws_rds_global_cluster')
  assert.equal(shell.source_db_cluster_identifier, undefined)
  assert.equal(shell.force_destroy, undefined)
  assert.equal(shell.deletion_protection, true)
  for (const { global_cluster_identifier: joined } of members) assert.equal(joined, shell.global_cluster_identifier)
  const { regions, replication } = new GatewayTopology(Testing.app(), 'payments', { topology })
  assert.ok(replication && regions['us-east-1'] && regions['us-west-2'])
  for (const { data } of Object.values(regions)) assert.ok(data?.dependsOn(replication))
  const { data: first } = regions['us-east-1']
  assert.ok(first && regions['us-west-2'].data?.dependsOn(first), 'a second member after the first instance')
})

test('no member takes a version by itself', () => {
  const shell = only('payments-replication', 'aws_rds_global_cluster')
  for (const region of ['us-east-1', 'us-west-2']) {
    const instance = only(`payments-${region}-data`, 'aws_rds_cluster_instance')
    assert.equal(instance.auto_minor_version_upgrade, false)
    assert.deepEqual(instance.lifecycle, { ignore_changes: ['engine_version'] })
  }
  for (const { engine_version } of members) assert.equal(engine_version, shell.engine_version)
})

test('no password reaches a state, and none is managed by RDS, which a member cannot have', () => {
  for (const member of members) {
    assert.equal(member.master_password, undefined)
    assert.equal(member.manage_master_user_password, undefined)
  }
  assert.match(`${members[0]?.master_password_wo}`, /^\$\{ephemeral\./)
})

test('each member is encrypted with the key of its own region, protected, and leaves a snapshot behind', () => {
  for (const [index, region] of ['us-east-1', 'us-west-2'].entries()) {
    const member = members[index] ?? assert.fail()
    assert.equal(member.storage_encrypted, true)
    assert.match(`${member.kms_key_id}`, new RegExp(`payments-${region}-foundation.*kms_key`))
    assert.equal(member.deletion_protection, true)
    assert.equal(member.skip_final_snapshot, false)
  }
})

test('control planes reach the instance, the one name that answers in both roles', () => {
  for (const region of ['us-east-1', 'us-west-2']) {
    const task = only(`payments-${region}-control-plane`, 'aws_ecs_task_definition')
    assert.match(`${task.container_definitions}`, /aws_rds_cluster_instancedatabase_g1endpoint/)
  }
})

test('a member of the next generation is a new one, and the old one is forgotten, not destroyed', () => {
  const rebuilt = synthesise(
    defineTopology({
      ...topology,
      regions: {
        'us-east-1': { ...east, database: { generation: 2, from: { region: 'us-west-2' } } },
        'us-west-2': west,
      },
    }),
  )
  const data = rebuilt.get('payments-us-east-1-data')
  assert.deepEqual(Object.keys(resources(data, 'aws_rds_cluster')), ['database_g2'])
  assert.deepEqual(data?.removed, [
    { from: 'aws_cloudwatch_log_group.database_settings_logs_postgresql_g1', lifecycle: { destroy: false } },
    { from: 'aws_rds_cluster.database_g1', lifecycle: { destroy: false } },
    { from: 'aws_rds_cluster_instance.database_g1', lifecycle: { destroy: false } },
  ])
  assert.equal(only('payments-us-east-1-data', 'aws_rds_cluster', rebuilt).source_region, 'us-west-2')
  assert.deepEqual(rebuilt.get('payments-us-west-2-data'), stacks.get('payments-us-west-2-data'))
})

test('lag is watched whichever region the source is in, and slots, which Aurora has none of, are not', () => {
  const alarms = Object.values(resources(stacks.get('payments-us-west-2-data'), 'aws_cloudwatch_metric_alarm'))
  assert.equal(alarms.length, 2)
  assert.match(JSON.stringify(alarms[0]?.metric_query), /AuroraGlobalDBReplicationLag.*payments-us-west-2-g1/)
  assert.deepEqual([alarms[0]?.threshold, alarms[0]?.metric_name], [30_000, undefined])
  assert.deepEqual(alarms[1]?.dimensions, { DBInstanceIdentifier: 'payments-us-west-2-g1-1' })
})

test('the runbook promotes a member through the region that is left', () => {
  const output = stacks.get('payments-gslb')?.output as { runbook: { value: string } } | undefined
  const { steps } = JSON.parse(output?.runbook.value ?? assert.fail()).losses['us-east-1']
  const [command] = (steps as { by?: string }[]).flatMap(({ by }) => (by?.startsWith('aws ') ? [by] : []))
  assert.match(
    command ?? '',
    /^aws rds failover-global-cluster --region us-west-2 .*:cluster:payments-us-west-2-g1 --allow-data-loss$/,
  )
})
