import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { planOnAws } from '../../../toolkit/failover/aws/aws-procedure.ts'
import { type Deployed, readDeployed } from '../../../toolkit/failover/aws/deployed.ts'
import { openDriver, openSwitch } from '../../../toolkit/failover/aws/deployed-parts.ts'
import { OperatorClient } from '../../../toolkit/failover/operator-client.ts'

const CONTROL_PLANES = {
  'us-east-1': { url: 'https://control-plane.us-east-1.payments.internal:7943', index: 1 },
  'us-west-2': { url: 'https://control-plane.us-west-2.payments.internal:7943', index: 2 },
}
const IDENTIFIERS = { 'us-east-1': 'payments-us-east-1-g3', 'us-west-2': 'payments-us-west-2-g1' }
const RDS = {
  ...{ topology: 'payments', control_planes: CONTROL_PLANES, callers_move: '15 s' },
  database: { kind: 'instance', identifiers: IDENTIFIERS },
} as const
const AURORA = { ...RDS, database: { kind: 'aurora-global', global: 'payments', identifiers: IDENTIFIERS } } as const

describe('planning on AWS', () => {
  let directory: string
  let client: OperatorClient
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'antipode-plan-'))
    client = new OperatorClient({ certificate: '', key: '', ca: '' })
  })
  after(async () => {
    await client?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const read = (value: unknown): Promise<Deployed> => {
    writeFileSync(join(directory, 'outputs.json'), JSON.stringify(value))
    const context = { cwd: directory, env: {}, signal: new AbortController().signal }
    return readDeployed({ outputs: 'outputs.json' }, context, '')
  }
  const plan = async (
    value: object,
    kind: 'switchover' | 'failover' | 'failback',
    to: string,
    client?: OperatorClient,
  ) => {
    const deployed = await read({ deployment: { value } })
    return planOnAws(kind, to, { deployed, driver: await openDriver(deployed), client })
  }
  const ids = async (...[value, kind, to]: Parameters<typeof plan>) =>
    (await plan(value, kind, to, client)).steps.map(({ id }) => id)

  test('a switchover drains before AWS is asked; Aurora waits for what is behind by itself', async () => {
    const [ask, drain, take] = ['ask us-west-2', 'drain us-east-1', 'take over in us-west-2']
    const promote = 'promote payments-us-west-2-g1'
    assert.deepEqual(await ids(RDS, 'switchover', 'us-west-2'), [ask, drain, 'replay us-west-2', promote, take])
    assert.deepEqual(await ids(AURORA, 'switchover', 'us-west-2'), [ask, drain, 'write in payments-us-west-2-g1', take])
  })

  test('a failback ends where people have to write something down on RDS, and in a switchover on Aurora', async () => {
    assert.deepEqual(await ids(RDS, 'failback', 'us-east-1'), [
      ...['idle us-east-1', 'stop payments-us-east-1-g3', 'create payments-us-east-1-g4'],
    ])
    const { left } = await plan(RDS, 'failback', 'us-east-1', client)
    assert.match(
      left.join('\n'),
      /us-east-1: \{ role: standby, database: \{ generation: 4, from: \{ region: us-west-2 \} \} \}/,
    )
    assert.deepEqual(await ids(AURORA, 'failback', 'us-east-1'), [
      ...['rejoin payments-us-east-1-g3', 'ask us-east-1', 'drain us-west-2'],
      ...['write in payments-us-east-1-g3', 'take over in us-east-1'],
    ])
  })

  test('a failover goes without control planes, and says what they are still to be told', async () => {
    const { steps, left, needsAllowDataLoss } = await plan(AURORA, 'failover', 'us-west-2')
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['write in payments-us-west-2-g1'],
    )
    assert.match(
      left[0] ?? '',
      /with --operator where https:\/\/control-plane\.us-west-2\.payments\.internal:7943 can be reached/,
    )
    assert.match(needsAllowDataLoss ?? '', /unproven/)
    await assert.rejects(plan(AURORA, 'failback', 'us-west-2'), /a failback asks control planes who writes/)
  })

  test('names the regions there are when another one is meant', async () => {
    await assert.rejects(
      plan(RDS, 'failover', 'eu-west-1'),
      /eu-west-1 is not a region of payments .*us-east-1, us-west-2/,
    )
  })

  test('a failback leaves a standby behind an accelerator as it was: without callers', async () => {
    const groups = { 'us-east-1': 'arn:east', 'us-west-2': 'arn:west' }
    const value = { ...RDS, switch: { kind: 'accelerator', groups, usual: ['us-east-1'] } }
    const deployed = await read({ deployment: { value } })
    const trafficSwitch = await openSwitch(deployed, [])
    assert.ok(trafficSwitch)
    trafficSwitch.states = async () => Object.keys(groups).map((region) => ({ region, on: true, because: '' }))
    const parts = { deployed, driver: await openDriver(deployed), trafficSwitch, client }
    const { steps } = await planOnAws('failback', 'us-east-1', parts)
    assert.equal(steps.at(-1)?.id, 'answer from us-east-1')
    assert.equal((await planOnAws('failover', 'us-west-2', parts)).steps[0]?.id, 'answer from us-west-2')
  })

  test('throws no switch whose ids it does not know, and says what would tell it', async () => {
    const checks = { 'us-east-1': '${aws_route53_health_check.a.id}' }
    const value = { ...RDS, switch: { kind: 'inverted-check', checks } }
    const deployed = await read({ deployment: { value } })
    assert.deepEqual([deployed.switch, deployed.switchUnknown], [undefined, true])
    assert.equal(await openSwitch(deployed, []), undefined)
    const { left } = await plan(value, 'switchover', 'us-west-2', client)
    assert.match(left.join('\n'), /callers: --outputs, of the stack that holds the switch, is needed to move them/)
  })

  test('says what is missing of outputs that do not tell of a deployment', async () => {
    await assert.rejects(
      read({ runbook: { value: '{}' } }),
      /has no output 'deployment'; it is there for active-passive/,
    )
    await assert.rejects(read('nothing'), { code: 'USAGE' })
  })
})
