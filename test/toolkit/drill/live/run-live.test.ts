import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { AntipodeError } from '../../../../runtime/model/errors.ts'
import { AwsApi } from '../../../../toolkit/drill/live/aws-api.ts'
import { LiveCarrier, liveJournalOf, undoAllLive } from '../../../../toolkit/drill/live/live-carrier.ts'
import { type LiveDrill, type PlannedLiveDrill, planLive } from '../../../../toolkit/drill/live/run-live.ts'
import type { DrillReport } from '../../../../toolkit/drill/report/drill-report.ts'
import { createTranscript } from '../../../../toolkit/drill/run/transcript.ts'
import { seconds } from '../../../../topology/index.ts'
import { until } from '../../../runtime/data-plane/support/test-data-plane.ts'
import { motoMissing } from '../../moto-server.ts'
import { liveDrill } from './live-drill.ts'
import { topology } from './live-topology.ts'
import { PlayedDeployment } from './played-deployment.ts'

const ROLE = 'arn:aws:iam::123456789012:role/payments-drill-undo'
const DATA_PLANE = '{ lose: us-east-1, ways: [data-plane] }'
const UNTOUCHED = [100, 32767]

describe('a live drill', { skip: motoMissing }, () => {
  let deployment: PlayedDeployment
  before(async () => {
    deployment = await PlayedDeployment.start(topology)
  })
  after(() => deployment?.stop())

  async function live(change: Partial<LiveDrill> = {}): Promise<LiveDrill> {
    const folder = deployment.folder
    return {
      drill: await liveDrill(DATA_PLANE),
      ...{ until: '20m', undoRole: ROLE, lease: seconds(9), reach: deployment.reach },
      ...{ cwd: folder, dataDir: folder, reports: join(folder, 'reports'), command: 'antipode drill' },
      transcript: createTranscript(() => {}, false),
      signal: new AbortController().signal,
      ...change,
    }
  }

  /** What carries the plan's faults out, without the drill around it. */
  function carrierFor({ plan: { role, until } }: PlannedLiveDrill, name: string): LiveCarrier {
    const journal = liveJournalOf(join(deployment.folder, name))
    return new LiveCarrier({ api: new AwsApi(), journal, topology: 'payments', role, until, lease: seconds(60) })
  }

  const numbers = async (region: string) => (await deployment.rules(region)).map(({ number }) => number)
  const refused = (planned: Promise<unknown>, code: string, message: RegExp) =>
    assert.rejects(planned, (error: AntipodeError) => error.code === code && message.test(error.message))

  test('needs an end, a role to be undone with, and who is asked where only control planes know', async () => {
    await refused(planLive(await live({ until: undefined })), 'USAGE', /--live needs --until/)
    await refused(planLive(await live({ undoRole: undefined })), 'USAGE', /--live needs --undo-role/)
    await refused(planLive(await live({ undoRole: 'undo' })), 'USAGE', /not 'undo'/)
    const apart = await live({ drill: await liveDrill('{ partition: [us-east-1, us-west-2] }') })
    await refused(planLive(apart), 'USAGE', /--live needs --operator for a partition/)
  })

  test('says what it would touch, by identifiers, and touches nothing', async () => {
    const { blastRadius } = await planLive(await live())
    const said = blastRadius.join('\n')
    for (const line of [
      /^lose +us-east-1 \(primary\): data plane$/m,
      /^callers +those whom the GSLB sends to us-east-1, for at most \d+ s; us-west-2 goes on answering$/m,
      /^touches +us-east-1: acl-\w+, the network ACL of every subnet of vpc-\w+ \(10\.10\.0\.0\/16\)$/m,
      /^ +rule 1: allow everything from 10\.10\.0\.0\/16$/m,
      /^ +rule 2: deny TCP 443 from 0\.0\.0\.0\/0$/m,
      /^ +rule 3: deny TCP 7085 from 0\.0\.0\.0\/0$/m,
      /^calls +us-west-2: us-west-2\.balancer\.test at 127\.0\.0\.12, port 443$/m,
      /^ +20\/s to api\.payments\.example, real ones: GET \/v1\/ping$/m,
      /^lasts +until callers have recovered and 3 s more, at most until \d{4}-.*Z$/m,
      /^may lose +calls under way, .*; no configuration: nobody is promoted$/m,
      /^ +without it by EventBridge Scheduler in the same region, with arn:aws:iam::123456789012:role\/payments-drill-undo,$/m,
      /^ +9 s after this command was last heard, to the minute, and at \d{4}-.*Z at the latest$/m,
    ]) {
      assert.match(said, line)
    }
    assert.deepEqual(deployment.orders, [])
    assert.ok(!existsSync(join(deployment.folder, 'live-drills.ndjson')))
  })

  test('is run: proved, measured as callers see it, and taken back', async () => {
    const { report, file } = await conclusively(async () => {
      deployment.orders.length = 0
      return (await planLive(await live())).run()
    })
    assert.equal(report.verdict, 'PASS', JSON.stringify([report.reasons, report.ready, report.after]))
    assert.match(report.sentence, /^us-east-1 lost its data plane; callers were served again after [\d.]+ s\.$/)
    assert.deepEqual(
      report.objectives.map(({ name }) => name),
      ['detection', 'RTO (callers)'],
    )
    assert.ok(report.findings.some((finding) => finding.includes('were not looked at')))
    assert.ok(report.requests.timedOut > 0, 'connections that were open fell silent')
    assert.ok(existsSync(join(deployment.folder, file)))
    assert.deepEqual([report.writes, report.configurations], [null, []])
    const events = report.undo.map(({ event }) => event)
    const begun = ['about-to', 'done', 'about-to', 'done', 'about-to', 'done']
    assert.deepEqual(events, [...begun, 'undone', 'undone', 'undone'])

    const orders = deployment.orders.filter((order) => !order.startsWith('PUT')).map(withoutIds)
    const made = [1, 2, 3].flatMap((rule) => [
      `POST scheduler /schedules/antipode-payments-lose-${rule}`,
      `POST ec2 CreateNetworkAclEntry ${rule}`,
    ])
    const takenBack = [3, 2, 1].flatMap((rule) => [
      `POST ec2 DeleteNetworkAclEntry ${rule}`,
      `DELETE scheduler /schedules/antipode-payments-lose-${rule}`,
    ])
    assert.deepEqual(orders, [...made, ...takenBack], 'AWS knows each undo before its action, and forgets it after')
    assert.ok(
      deployment.orders.some((order) => order.startsWith('PUT scheduler')),
      'while it lives, it puts AWS off',
    )
    assert.deepEqual([await numbers('us-east-1'), await deployment.schedules('us-east-1')], [UNTOUCHED, []])
  })

  test('is undone by AWS when it is killed, once its lease is over', async (context) => {
    const { port, nameServer, resolve } = deployment.reach
    const names = Object.keys(topology.regions).map((region) => `${region}.balancer.test`)
    const places = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await resolve(name)])))
    const runner = fileURLToPath(new URL('live-runner.ts', import.meta.url))
    const dataDir = join(deployment.folder, 'killed')
    const child = fork(runner, [JSON.stringify({ places, port, nameServer }), dataDir], {
      env: { ...process.env, ...deployment.env },
    })
    const ended = once(child, 'exit')
    context.after(() => child.kill('SIGKILL'))
    await until(async () => (await numbers('us-east-1')).length === 4, 60)
    child.kill('SIGKILL')
    await ended
    assert.deepEqual(await numbers('us-east-1'), [1, 2, ...UNTOUCHED])
    assert.equal((await deployment.schedules('us-east-1')).length, 2)

    deployment.keepsTime = true
    await until(async () => (await numbers('us-east-1')).length === 2, 60)
    await until(async () => (await deployment.schedules('us-east-1')).length === 0, 60)
    await until(() => deployment.answer === 'us-east-1', 60)

    const { run } = await planLive(await live({ dataDir }))
    await refused(run(), 'DRILL_NOT_STARTED', /an earlier live drill has left something: `antipode drill heal`/)
    const undone = await undoAllLive(liveJournalOf(dataDir), new AwsApi(), 'a test')
    assert.deepEqual(
      undone.map(({ failure }) => failure),
      [null, null],
    )
    assert.deepEqual(liveJournalOf(dataDir).open(), [])
  })

  test('is not begun while the rules of another one are there', async () => {
    const first = await planLive(await live())
    const api = new AwsApi()
    const { acl } = first.plan.aimed[0]!.aims[0]!
    const place = { NetworkAclId: acl.id, RuleNumber: 1, Egress: false }
    const theirs = { ...place, Protocol: '-1', RuleAction: 'deny', CidrBlock: '203.0.113.0/24' } as const
    await api.ec2('us-east-1', (ec2, sdk) => ec2.send(new sdk.CreateNetworkAclEntryCommand(theirs)))
    await refused(
      planLive(await live()),
      'DRILL_NOT_STARTED',
      /begins with the rule 1, deny from 203\.0\.113\.0\/24.*taken back by `antipode drill heal`/,
    )
    const carrier = carrierFor(first, 'second')
    const another = /acl-\w+ of us-east-1 has a rule 1 by now: another drill was first/
    await refused(carrier.inject(first.plan.aimed[0]!), 'DRILL_NOT_STARTED', another)
    assert.deepEqual(await carrier.undoOwn('a test'), [])
    assert.deepEqual([await numbers('us-east-1'), await deployment.schedules('us-east-1')], [[1, ...UNTOUCHED], []])
    await api.ec2('us-east-1', (ec2, sdk) => ec2.send(new sdk.DeleteNetworkAclEntryCommand(place)))
  })

  test('does nothing where AWS will not hold the undo', async () => {
    const planned = await planLive(await live())
    const carrier = carrierFor(planned, 'refused')
    deployment.orders.length = 0
    const body = JSON.stringify({ Message: 'not authorized to perform iam:PassRole' })
    deployment.refuses = { order: 'POST scheduler', status: 403, body }
    const told = /EventBridge Scheduler .*: not authorized to perform iam:PassRole/
    await refused(carrier.inject(planned.plan.aimed[0]!), 'DRIVER_FAILED', told)
    deployment.refuses = undefined
    assert.deepEqual(
      deployment.orders.filter((order) => order.includes('NetworkAclEntry')),
      [],
    )
    assert.deepEqual((await carrier.undoOwn('a test'))[0]?.failure, null)
    assert.deepEqual(await numbers('us-east-1'), UNTOUCHED)
  })
})

/** On a machine that is too busy to see enough, once more. */
async function conclusively<T extends { readonly report: DrillReport }>(run: () => Promise<T>): Promise<T> {
  for (let again = 0; ; again++) {
    const done = await run()
    if (done.report.verdict !== 'INCONCLUSIVE' || again === 2) return done
  }
}

/** Without what tells one run's schedules from another's. */
function withoutIds(order: string): string {
  return order.replace(/(-lose)-\w{8}(-\d)$/, '$1$2')
}
