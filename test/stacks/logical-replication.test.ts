import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology } from '../../topology/index.ts'
import { configurationIn } from './configuration-in.ts'
import { type Block, resources, synthesise } from './synthesise.ts'

const { 'us-east-1': east, 'us-west-2': west } = activePassive.regions
assert.ok(east && west)
const regions = { 'us-east-1': east, 'us-west-2': { ...west, database: { from: null } } }
const stacks = synthesise(
  defineTopology({ ...activePassive, regions, database: { ...activePassive.database, replication: 'logical' } }),
)
const databaseOf = (region: string) => stacks.get(`payments-${region}-data`)

test('each database is created for itself, with the one password of both, and none is a replica', () => {
  for (const region of ['us-east-1', 'us-west-2']) {
    const [instance] = Object.values(resources(databaseOf(region), 'aws_db_instance'))
    assert.equal(instance?.replicate_source_db, undefined)
    assert.equal(instance?.username, 'antipode')
    assert.match(JSON.stringify(databaseOf(region)?.ephemeral), /payments\/database/)
  }
})

test('rds.logical_replication is static, and says that it waits for a reboot', () => {
  for (const region of ['us-east-1', 'us-west-2']) {
    const [group] = Object.values(resources(databaseOf(region), 'aws_db_parameter_group'))
    const parameters = group?.parameter as Block[]
    const [parameter] = parameters.filter(({ name }) => name === 'rds.logical_replication')
    assert.deepEqual(parameter, { name: 'rds.logical_replication', value: '1', apply_method: 'pending-reboot' })
  }
})

test('either database may subscribe to the other', () => {
  const peers = { 'us-east-1': '10.20.0.0/16', 'us-west-2': '10.10.0.0/16' }
  for (const [region, cidr] of Object.entries(peers)) {
    for (const way of ['ingress', 'egress']) {
      const rules = Object.values(resources(databaseOf(region), `aws_vpc_security_group_${way}_rule`))
      assert.ok(
        rules.some((rule) => rule.cidr_ipv4 === cidr && rule.from_port === 5432),
        `${region} ${way}`,
      )
    }
  }
})

test('no alarm waits for a lag that RDS does not measure, and one rings for what a slot holds back', () => {
  const metrics = Object.values(resources(databaseOf('us-west-2'), 'aws_cloudwatch_metric_alarm'))
  assert.deepEqual(metrics.map(({ metric_name }) => metric_name).sort(), [
    'FreeStorageSpace',
    'OldestReplicationSlotLag',
  ])
})

test('one region creates the history, though both databases were created empty', () => {
  const writers = ['us-east-1', 'us-west-2'].map((region) => {
    return configurationIn(stacks.get(`payments-${region}-control-plane`)).config.controlPlane.initialWriter
  })
  assert.deepEqual(writers, [true, false])
})
