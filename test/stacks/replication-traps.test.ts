import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Runbook } from '../../constructs/index.ts'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology } from '../../stacks/examples/active-passive.ts'
import { compileDrill } from '../../toolkit/drill/compile/compile-drill.ts'
import { readSpec } from '../../toolkit/drill/spec/read-spec.ts'
import { topologyHash } from '../../topology/index.ts'
import { type Block, resources, type SynthesisedStack, synthesise } from './synthesise.ts'

const stacks = synthesise(topology)
const independent = synthesise(activeActive)

function alarms(stack: SynthesisedStack | undefined): Block[] {
  return Object.values(resources(stack, 'aws_cloudwatch_metric_alarm'))
}

test('every database has the same alarms whatever its role, and a metric that its role lacks does not ring', () => {
  const rules = ['payments-us-east-1', 'payments-us-west-2'].map((base) =>
    alarms(stacks.get(`${base}-data`)).map((alarm) => {
      assert.deepEqual(alarm.dimensions, { DBInstanceIdentifier: `${base}-g1` })
      assert.equal(alarm.treat_missing_data, 'notBreaching')
      return [alarm.metric_name, alarm.threshold, alarm.comparison_operator]
    }),
  )
  assert.deepEqual(rules[0], rules[1])
  assert.deepEqual(rules[0], [
    ['ReplicaLag', 30, 'GreaterThanThreshold'],
    ['OldestReplicationSlotLag', 10 * 2 ** 30, 'GreaterThanThreshold'],
    ['FreeStorageSpace', 10 * 2 ** 30, 'LessThanThreshold'],
  ])
})

test('independent databases have no lag to watch', () => {
  const metrics = alarms(independent.get('storefront-eu-west-1-data')).map(({ metric_name }) => metric_name)
  assert.deepEqual(metrics, ['OldestReplicationSlotLag', 'FreeStorageSpace'])
})

test('an alarm is heard: its topic is open to CloudWatch, and so is the key that encrypts it', () => {
  const stack = stacks.get('payments-us-east-1-data')
  const [topic] = Object.entries(resources(stack, 'aws_sns_topic'))
  assert.match(`${topic?.[1].kms_master_key_id}`, /kms_key.*arn/)
  for (const alarm of alarms(stack)) assert.deepEqual(alarm.alarm_actions, [`\${aws_sns_topic.${topic?.[0]}.arn}`])
  const [policy] = Object.values(resources(stack, 'aws_sns_topic_policy'))
  assert.match(`${policy?.policy}`, /"cloudwatch\.amazonaws\.com".*"sns:Publish"/)
  const [key] = Object.values(resources(stacks.get('payments-us-east-1-foundation'), 'aws_kms_key'))
  const { Statement } = JSON.parse(`${key?.policy}`) as { Statement: { Sid: string; Action: string[] }[] }
  const statement = Statement.find(({ Sid }) => Sid === 'AlarmsOfThisAccount')
  assert.deepEqual(statement?.Action, ['kms:Decrypt', 'kms:GenerateDataKey*'])
})

test('alarms ring on a topic of the user’s, and none is made beside it', () => {
  const arn = (region: string) => `arn:aws:sns:${region}:123456789012:pager`
  const stack = synthesise(topology, { alarmTopicArn: arn }).get('payments-us-west-2-data')
  assert.deepEqual(resources(stack, 'aws_sns_topic'), {})
  for (const alarm of alarms(stack)) assert.deepEqual(alarm.ok_actions, [arn('us-west-2')])
})

test('backups are copied into a vault of the other region that its own stack makes, and keys stay at home', () => {
  for (const [from, to] of [
    ['us-east-1', 'us-west-2'],
    ['us-west-2', 'us-east-1'],
  ]) {
    const stack = stacks.get(`payments-${from}-data`)
    const [plan] = Object.values(resources(stack, 'aws_backup_plan'))
    const [vault] = Object.values(resources(stacks.get(`payments-${to}-data`), 'aws_backup_vault'))
    const [rule] = (plan?.rule ?? assert.fail()) as [{ copy_action: [Block] }]
    const [{ destination_vault_arn: copy }] = rule.copy_action
    assert.match(`${copy}`, new RegExp(`:backup:${to}:.*:backup-vault:${vault?.name}$`))
    assert.match(`${vault?.kms_key_arn}`, new RegExp(`payments-${to}-foundation`))
    const [selection] = Object.values(resources(stack, 'aws_backup_selection'))
    assert.deepEqual(selection?.resources, ['${aws_db_instance.database_g1.arn}'])
  }
})

function runbookOf(all: ReadonlyMap<string, SynthesisedStack>, stack: string): Runbook {
  const output = all.get(stack)?.output as { runbook: { value: string } } | undefined
  return JSON.parse(output?.runbook.value ?? assert.fail(stack))
}

test('the runbook states the bound and what is promised, of this topology and no other', () => {
  const { hash, promised, bound } = runbookOf(stacks, 'payments-gslb')
  assert.equal(hash, topologyHash(topology))
  assert.deepEqual(promised, { detect: '40s', rto: '60s', rpo: { revisions: 0 } })
  assert.deepEqual(bound, {
    detection: '36s',
    recovery: '51s',
    arithmetic: '10 s × (2 + 1) detection + 6 s probe + 10 s TTL + 5 s client tail = 51 s',
    revisions: 0,
  })
  assert.equal(runbookOf(independent, 'storefront-gslb').bound.revisions, null)
})

test('failing over is no apply, and no step needs the lost region', () => {
  for (const runbook of [runbookOf(stacks, 'payments-gslb'), runbookOf(independent, 'storefront-gslb')]) {
    for (const [lost, { survivors, steps }] of Object.entries(runbook.losses)) {
      assert.ok(!survivors.includes(lost))
      for (const { where, by = '' } of steps) {
        assert.notEqual(where, lost)
        assert.ok(!by.includes(lost), by)
        assert.doesNotMatch(by, /terraform|cdktf|route53|apply/)
      }
    }
  }
  const { steps } = runbookOf(stacks, 'payments-gslb').losses['us-east-1'] ?? assert.fail()
  assert.ok(steps.some(({ by }) => by?.endsWith('--region us-west-2 --db-instance-identifier payments-us-west-2-g1')))
})

test('the drills of a runbook are ones that `antipode drill` accepts for its topology', () => {
  const losses = Object.entries(runbookOf(stacks, 'payments-gslb').losses)
  assert.deepEqual(
    losses.map(([lost]) => lost),
    ['us-east-1', 'us-west-2'],
  )
  for (const [, { drill }] of losses) {
    const { spec, problems } = readSpec(JSON.stringify(drill))
    compileDrill(spec, topology, topologyHash(topology), problems)
    assert.deepEqual(problems.problems, [])
  }
})
