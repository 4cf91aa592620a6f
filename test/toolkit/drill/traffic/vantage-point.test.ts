import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNow } from '../../../../toolkit/drill/measure/monotonic.ts'
import { firstFailure, sustainedSuccess } from '../../../../toolkit/drill/measure/recovery.ts'
import { CachingResolver } from '../../../../toolkit/drill/traffic/caching-resolver.ts'
import { ObservationLog } from '../../../../toolkit/drill/traffic/observation-log.ts'
import type { VantageOrder } from '../../../../toolkit/drill/traffic/vantage-messages.ts'
import { VantagePoint } from '../../../../toolkit/drill/traffic/vantage-point.ts'
import { startDns, startGateway } from './two-regions.ts'

const RATE = 100
const TTL = 1
const CLIENT_TAIL = 1_000

const east = await startGateway('127.0.0.1')
const west = await startGateway('127.0.0.2', east.port)
const dns = await startDns(east.address, TTL)
after(() => {
  east.kill()
  west.kill()
  dns.close()
})

function order(start: number): VantageOrder {
  const region = (name: string, address: string) => ({
    name,
    address,
    gatewayPort: east.port,
    status: `http://${address}:1`,
    admin: `http://${address}:1`,
    adminKey: null,
    database: { address, port: 1 },
    sync: `https://${address}:1`,
    upstream: null,
  })
  return {
    vantage: 'us',
    place: { index: 0, of: 1 },
    host: 'api.payments.example',
    dns: dns.server,
    nearest: null,
    regions: [region('127.0.0.1', '127.0.0.1'), region('127.0.0.2', '127.0.0.2')],
    probes: [{ region: '127.0.0.1', part: 'data-plane' }],
    certificates: [],
    editions: [],
    cohorts: [
      { name: 'web', kind: 'fresh' },
      { name: 'sdk', kind: 'kept' },
    ],
    calls: [{ method: 'GET', path: '/v1/ping', idempotent: false }],
    rate: RATE,
    start,
    timeout: 2_000,
    clientTail: CLIENT_TAIL,
  }
}

test('an outage is measured as it was, call for call', async () => {
  const log = new ObservationLog()
  const vantage = await VantagePoint.launch()
  const start = monotonicNow() + 200
  vantage.observe(order(start), log)
  await sleep(3_000)
  const killed = monotonicNow()
  east.kill()
  await sleep(1_500)
  dns.state.address = west.address
  const moved = monotonicNow()
  // Both cohorts have moved once the TTL and the longest pause between attempts are over.
  await sleep(TTL * 1_000 + CLIENT_TAIL + 2_000)
  await vantage.stop()

  const truth = new Map([...east.served, ...west.served].map(({ call, at }) => [call, at]))
  const ok = log.calls.filter(({ outcome }) => outcome === 'ok')
  // An answer may be on its way when its connection is cut.
  const cutOff = truth.size - ok.length
  assert.ok(cutOff >= 0 && cutOff <= 4, `${ok.length} known as answered of ${truth.size} that were served`)
  const due = Math.floor(((Math.max(...log.calls.map(({ scheduled }) => scheduled)) - start) * RATE) / 1_000) + 1
  assert.equal(log.calls.length, due, 'every call that was due is accounted for')

  const t1 = firstFailure(log.calls, killed)
  const lastEast = Math.max(...east.served.map(({ at }) => at))
  assert.ok(t1 !== null && t1 >= lastEast - 2_000 / RATE - 20, 'nothing counts as failed that was served before')
  const t5 = sustainedSuccess(log.calls, t1, 1_000, 0.999, log.settledUntil)
  assert.ok(t5 !== null && t5 > moved, 'recovery is after the answer moved')
  const failed = log.calls.filter(({ outcome }) => outcome !== 'ok')
  assert.ok(
    failed.every(({ scheduled }) => scheduled < t5),
    'no call fails after it',
  )
  const lastFailed = Math.max(...failed.map(({ scheduled }) => scheduled))
  assert.ok(t5 - lastFailed <= (1_000 / RATE) * 2, 'it is dated to the first call that succeeded for good')

  assert.ok(log.answers.some(({ seen, region }) => seen === 'authoritative' && region === '127.0.0.2'))
  assert.ok(log.answers.some(({ seen, region }) => seen === 'resolver' && region === '127.0.0.2'))
  assert.ok(log.probes.some(({ sent, answered }) => sent < killed && answered))
  assert.ok(log.probes.filter(({ sent }) => sent > killed).every(({ answered }) => !answered))
  assert.ok(log.calls.every(({ dialled, answered }) => answered === null || answered === dialled))
})

test('kept connections stay where they are while they work, whatever DNS says', async () => {
  await east.restart()
  dns.state.address = east.address
  east.served.length = 0
  const log = new ObservationLog()
  const vantage = await VantagePoint.launch()
  vantage.observe(order(monotonicNow() + 200), log)
  await sleep(2_000)
  dns.state.address = west.address
  await sleep(TTL * 1_000 + 1_500)
  await vantage.stop()
  const last = (cohort: string) => log.calls.filter((call) => call.cohort === cohort).at(-1)?.dialled
  assert.equal(last('web'), '127.0.0.2')
  assert.equal(last('sdk'), '127.0.0.1')
  assert.ok(log.calls.every(({ outcome }) => outcome === 'ok'))
})

test('the caches of callers run out one after the other, evenly over the TTL', async () => {
  const long = await startDns(east.address, 3_600)
  const asked: { age: number; kept: number[] }[] = []
  try {
    for (const age of [0, 0.25, 0.999_999]) {
      const at: number[] = []
      const resolver = new CachingResolver(
        long.server,
        'api.payments.example',
        () => at.push(monotonicNow()),
        null,
        age,
      )
      for (let question = 0; question < 20; question += 1) {
        await resolver.address()
        await sleep(5)
      }
      asked.push({ age, kept: at })
    }
  } finally {
    long.close()
  }
  assert.deepEqual(
    asked.map(({ kept }) => kept.length),
    [1, 1, 2],
    'only what was nearly over is asked for again, and once',
  )
})

test('latency counts from when a call was due, so a stalled server cannot hide it', async () => {
  const { openLoop } = await import('../../../../toolkit/drill/traffic/open-loop.ts')
  const sent: { scheduled: number; at: number }[] = []
  const stop = openLoop(monotonicNow(), 100, (_, scheduled) => sent.push({ scheduled, at: monotonicNow() }))
  const until = monotonicNow() + 300
  while (monotonicNow() < until);
  await sleep(50)
  stop()
  const count = sent.length
  assert.ok(count >= 30, 'what fell due in the stall is sent after it')
  assert.ok(sent.every(({ scheduled }, index) => Math.abs(scheduled - sent[0]!.scheduled - index * 10) < 0.001))
  assert.ok(sent[1]!.at - sent[1]!.scheduled > 200, 'with the time at which it was due')
})
