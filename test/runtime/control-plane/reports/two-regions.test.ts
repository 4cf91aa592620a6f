import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Client } from 'pg'
import { pino } from 'pino'
import { Agent, request } from 'undici'
import { checkControlPlane } from '../../../../runtime/control-plane/pki/identity.ts'
import type { CallPoint } from '../../../../runtime/control-plane/reports/read-calls.ts'
import { ReportIntake } from '../../../../runtime/control-plane/reports/report-intake.ts'
import { RetentionOfReports } from '../../../../runtime/control-plane/reports/report-retention.ts'
import type { SinkState } from '../../../../runtime/control-plane/reports/sinks/read-sinks.ts'
import { runDataPlane } from '../../../../runtime/data-plane/main.ts'
import type { CallReport } from '../../../../runtime/model/call-report.ts'
import { loadRuntimeConfig } from '../../../../runtime/model/load-runtime-config.ts'
import type { Receiver } from '../../../contract/report-sink/receiver.ts'
import { searchReceiver } from '../../../contract/report-sink/search-receiver.ts'
import { type Side, TwoRegions, until } from '../two-regions.ts'
import { calls, report } from './sample-report.ts'

const MINUTE = 60_000
const logger = pino({ level: 'silent' })

describe('reports in two regions', () => {
  let regions: TwoRegions
  let dataPlane: Agent
  let receiver: Receiver
  before(async () => {
    receiver = await searchReceiver('opensearch')
    regions = await TwoRegions.start({ more: { reports: { sinks: [receiver.settings] } } })
    const pem = (name: string) => readFileSync(path.join(regions.folder, name), 'utf8')
    const { ca } = regions.operator
    const identity = { cert: pem('data-plane.crt'), key: pem('data-plane.key') }
    dataPlane = new Agent({ connect: { ca, ...identity, checkServerIdentity: checkControlPlane } })
  })
  after(async () => {
    await dataPlane?.close()
    await regions?.close()
    await receiver?.stop()
  })

  async function post(side: Side, body: Buffer, headers: object = {}, dispatcher = dataPlane) {
    const answer = await request(`https://127.0.0.1:${regions.ports[side].sync}/reports`, {
      ...{ method: 'POST', dispatcher, body },
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...headers },
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], text }
  }
  const send = (side: Side, sent: CallReport) => post(side, gzipSync(JSON.stringify(sent)))
  async function read(side: Side, query: string): Promise<CallPoint[]> {
    const { status, body } = await regions.admin(side, 'GET', `/api/reports/calls?${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    return (body as { list: CallPoint[] }).list
  }
  const callsOf = (points: readonly CallPoint[]) => points.reduce((sum, point) => sum + point.calls, 0)

  it('are in the sums once, however often and wherever they come', async () => {
    const sent = report([calls('once', 10), calls('other', 5)])
    const answers = await Promise.all([send('east', sent), send('west', sent), send('east', sent), send('west', sent)])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 204, 204, 204],
      JSON.stringify(answers),
    )
    await send('east', { ...sent, sequence: 2 })
    for (const step of [60, 3600]) {
      assert.equal(callsOf(await read('east', `route=once&step=${step}`)), 20)
      await until('the standby shows it', async () => callsOf(await read('west', `route=once&step=${step}`)) === 20)
    }
  })

  it('of a real data plane that follows the standby are those of the calls it served', async () => {
    const upstream = createServer((_, response) => response.end('served')).listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    const nodes = { [`127.0.0.1:${(upstream.address() as AddressInfo).port}`]: 1 }
    await regions.admin('east', 'PUT', '/services/shop', { upstream: { nodes } })
    await regions.admin('east', 'PUT', '/routes/served', { uri: '/served', service_id: 'shop' })
    const file = (name: string) => path.join(regions.folder, name)
    const text = JSON.stringify({
      apisix: { node_listen: [{ ip: '127.0.0.1', port: 0 }], status: { ip: '127.0.0.1', port: 0 } },
      deployment: {
        role: 'data_plane',
        role_data_plane: { control_plane: { host: [`https://127.0.0.1:${regions.ports.west.sync}`] } },
        certs: { cert: file('data-plane.crt'), cert_key: file('data-plane.key'), trusted_ca_cert: file('ca.crt') },
      },
      antipode: { region: 'west', reports: { interval: '200ms', index: 'shop' } },
    })
    const running = await runDataPlane(loadRuntimeConfig(text, 'config.yaml', {}).config)
    try {
      const call = () => fetch(`http://127.0.0.1:${running.ports[0]}/served`).then((answer) => answer.text())
      await until('it serves', async () => (await call()) === 'served')
      for (let number = 0; number < 10; number++) await call()
      await until('they are counted', async () => callsOf(await read('east', 'route=served&index=shop')) >= 11)
      const [point] = await read('east', 'route=served&service=shop&by=region')
      assert.equal(point?.name, 'west')
    } finally {
      await running.stop()
      upstream.close()
    }
  })

  it('go on to the sinks that are configured, which any control plane tells of', async () => {
    assert.equal((await send('west', report([calls('sunk', 6)]))).status, 204)
    await until('the sink has them', async () => (await receiver.calls('sunk')) === 6)
    for (const side of ['east', 'west'] as const) {
      await until(`nothing waits, says ${side}`, async () => {
        const { body } = await regions.admin(side, 'GET', '/api/reports/sinks')
        const [sink] = (body as { list: SinkState[] }).list
        return sink?.name === 'opensearch' && sink.waiting.batches === 0 && sink.deliveredCalls >= 6
      })
    }
    const { text } = await regions.status('east', '/metrics')
    assert.match(text, /^antipode_report_sink_delivered_calls_total\{sink="opensearch"\} [1-9]/m)
    assert.match(text, /^antipode_reports_taken_total [1-9]/m)
  })

  it('are read in steps of time, by what they are told apart by', async () => {
    const minute = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE
    const slow = calls('slow', 100, { service: 's', upstream: 'u', statuses: [0, 90, 0, 4, 5, 1] }, 150)
    await send('east', report([slow], { minute, index: 'told-apart' }))
    await send('east', report([slow], { minute: minute + 2 * MINUTE, index: 'told-apart', region: 'west' }))
    const [from, to] = [minute / 1000, minute / 1000 + 300]

    const points = await read('east', `index=told-apart&from=${from}&to=${to}`)
    assert.deepEqual(
      points.map(({ time, calls: count }) => [time, count]),
      [
        [from, 100],
        [from + 120, 100],
      ],
    )
    assert.deepEqual(points[0]!.statuses, { '1xx': 0, '2xx': 90, '3xx': 0, '4xx': 4, '5xx': 5, none: 1 })
    const { mean, p50, p99, buckets } = points[0]!.latency
    assert.deepEqual([mean, p50, p99, buckets['200']], [150, 150, 199, 100])
    assert.deepEqual([points[0]!.ingress, points[0]!.egress], [10_000, 100_000])

    const byRegion = await read(
      'east',
      `index=told-apart&by=region&step=600&from=${from}&to=${to}&service=s&upstream=u`,
    )
    assert.deepEqual(byRegion.map(({ name }) => name).sort(), ['east', 'west'])
    assert.equal(callsOf(await read('east', `index=told-apart&region=west&from=${from}&to=${to}`)), 100)
    assert.deepEqual(await read('east', `group=another&from=${from}&to=${to}`), [])
    const iso = encodeURIComponent(new Date(minute).toISOString())
    assert.equal(callsOf(await read('east', `index=told-apart&from=${iso}`)), 200)
  })

  it('are asked for in words that can be read', async () => {
    for (const query of ['step=61', 'step=5400', 'from=never', 'from=20&to=10', 'by=nothing', 'colour=red', 'from=0']) {
      const { status, body } = await regions.admin('east', 'GET', `/api/reports/calls?${query}`)
      assert.equal(status, 400, `${query}: ${JSON.stringify(body)}`)
      assert.equal(typeof (body as { error_msg: string }).error_msg, 'string')
    }
  })

  it('that cannot be read, are too old, or come from nobody who serves calls, are refused', async () => {
    const good = report([calls('refused', 1)])
    const pack = (value: unknown) => gzipSync(JSON.stringify(value))
    const wrong: [string, Buffer, object, number][] = [
      ['no gzip', Buffer.from('{}'), {}, 422],
      ['no packed body', Buffer.from('{}'), { 'content-encoding': 'identity' }, 422],
      ['no JSON', gzipSync('{'), {}, 422],
      ['no report', pack({ format: 1 }), {}, 422],
      ['a negative count', pack({ ...good, rows: [calls('refused', -1)] }), {}, 422],
      ['a character that PostgreSQL does not take', pack({ ...good, rows: [calls('a\0b', 1)] }), {}, 422],
      ['a minute long ago', pack({ ...good, minute: 60_000 }), {}, 422],
      ['a bomb', gzipSync(Buffer.alloc(20_000_000, ' ')), {}, 413],
      ['too much', Buffer.alloc(1_100_000), {}, 413],
    ]
    for (const [what, body, headers, status] of wrong) {
      for (const side of ['east', 'west'] as const) {
        const answer = await post(side, body, headers)
        assert.equal(answer.status, status, `${what} at ${side}: ${answer.text}`)
      }
    }
    const { ca, certificate: cert, key } = regions.operator
    for (const [identity, status] of [
      [{ cert, key }, 403],
      [{}, 401],
    ] as const) {
      const other = new Agent({ connect: { ca, ...identity, checkServerIdentity: checkControlPlane } })
      assert.equal((await post('east', pack(good), {}, other)).status, status)
      await other.close()
    }
    assert.equal(callsOf(await read('east', 'route=refused')), 0)
  })

  it('whose counts are past every number are refused, and take no others along', async () => {
    const most = { ...calls('enormous', 1), ingress: Number.MAX_SAFE_INTEGER }
    const full = report(Array.from({ length: 1_000 }, () => most))
    assert.equal((await send('east', full)).status, 204)
    const answers = await Promise.all([
      send('east', { ...full, sequence: 2 }),
      send('east', report([calls('beside-it', 2)])),
      send('west', report([calls('beside-it', 3)])),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [422, 204, 204],
    )
    assert.equal(callsOf(await read('east', 'route=beside-it')), 5)
  })

  it('of a clock that is ahead count for this minute', async () => {
    const ahead = Math.floor(Date.now() / MINUTE) * MINUTE + 60 * MINUTE
    assert.equal((await send('east', report([calls('ahead', 3)], { minute: ahead }))).status, 204)
    assert.equal(callsOf(await read('east', 'route=ahead')), 3)
  })

  it('are turned away while more wait than fit, and taken in once there is room', async () => {
    const client = new Client({ connectionString: regions.databaseUrl('east') })
    await client.connect()
    const intake = new ReportIntake({ region: 'east', database: regions.databaseUrl('east'), logger, sinks: [] })
    const rows = Array.from({ length: 10_000 }, () => calls('flood', 1))
    try {
      await client.query('BEGIN; LOCK TABLE antipode.report')
      const first = intake.take('default', report(rows))
      const waiting = Array.from({ length: 10 }, () => intake.take('default', report(rows)))
      await assert.rejects(intake.take('default', report(rows)), { code: 'ANTIPODE_BUSY', status: 429 })
      await client.query('ROLLBACK')
      await Promise.all([first, ...waiting])
    } finally {
      await client.end()
      await intake.close()
    }
    assert.equal(callsOf(await read('east', 'route=flood')), 110_000)
  })

  it('go when their time is over', async () => {
    const minute = Math.floor(Date.now() / MINUTE) * MINUTE - 3 * 86_400_000
    await send('east', report([calls('old', 1)], { minute }))
    const from = minute / 1000 - 7_200
    const database = regions.databaseUrl('east')
    const retention = new RetentionOfReports(
      { database, retention: { minutes: 2 * 86_400, hours: 400 * 86_400 }, logger },
      () => false,
    )
    assert.ok((await retention.forget()) >= 1)
    retention.close()
    assert.equal(callsOf(await read('east', `route=old&from=${from}`)), 0)
    assert.equal(callsOf(await read('east', `route=old&step=3600&from=${from}`)), 1)
  })

  it('wait at the data plane while the writer is away', async () => {
    await regions.stopControlPlane('east')
    const sent = report([calls('away', 4)])
    const answer = await send('west', sent)
    assert.deepEqual([answer.status, answer.retryAfter], [503, '5'], answer.text)
    await regions.startControlPlane('east')
    await until('it is taken in', async () => (await send('west', sent)).status === 204)
    assert.equal(callsOf(await read('east', 'route=away')), 4)
  })
})
