import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { traceCalls } from '../../../../runtime/control-plane/tracing/trace-calls.ts'
import { Tracing } from '../../../../runtime/control-plane/tracing/tracing.ts'
import { readTracingSettings } from '../../../../runtime/control-plane/tracing/tracing-settings.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'
import { ControlPlaneFleet } from '../control-plane-fleet.ts'
import { TwoRegions, until } from '../two-regions.ts'
import { attributesOf, type CollectedSpan, TraceCollector } from './trace-collector.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }
const SERVER = 2

const newTrace = (flags = '01') => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  return { traceId, spanId, header: { traceparent: `00-${traceId}-${spanId}-${flags}` } }
}

describe('traces of the Admin API', () => {
  let collector: TraceCollector
  before(async () => {
    collector = await TraceCollector.start()
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.endpoint
    process.env.OTEL_BSP_SCHEDULE_DELAY = '100'
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'deployment.environment.name=test'
  })
  after(async () => {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_BSP_SCHEDULE_DELAY', 'OTEL_RESOURCE_ATTRIBUTES']) {
      delete process.env[name]
    }
    await collector.close()
  })

  const collected = async (traceId: string, number: number): Promise<CollectedSpan[]> => {
    await until('the spans have come', () => collector.of(traceId).length >= number)
    return collector.of(traceId)
  }

  describe('in a region with a standby', () => {
    let regions: TwoRegions
    before(async () => {
      regions = await TwoRegions.start({ lease: 5, confirmTimeout: 30 })
    })
    after(() => regions?.close())

    it('tell of a write, its validation, its way into the database, its confirmation and its publication', async () => {
      const { traceId, spanId, header } = newTrace()
      const write = '019a5b1e-8c1f-7d3a-9f00-2d1c5f6a7b8c'
      const path = '/routes/traced?api_key=not-to-be-told'
      const answer = await regions.admin('east', 'PUT', path, ROUTE, { ...header, 'x-antipode-write': write })
      assert.equal(answer.status, 201)
      const [call, ...parts] = await collected(traceId, 5)
      assert.equal(call!.name, 'PUT /apisix/admin/routes/{id}')
      assert.deepEqual([call!.kind, call!.parentSpanId], [SERVER, spanId])
      const { 'client.address': client, ...attributes } = attributesOf(call!)
      assert.equal(client, '127.0.0.1')
      assert.deepEqual(attributes, {
        'http.request.method': 'PUT',
        'http.route': '/apisix/admin/routes/{id}',
        'http.response.status_code': 201,
        'url.scheme': 'http',
        'url.path': '/apisix/admin/routes/traced',
        'antipode.role': 'active',
        'antipode.write': write,
        'antipode.epoch': answer.headers['x-antipode-epoch'],
        'antipode.revision': answer.headers['x-antipode-revision'],
      })
      assert.equal(call!.resource['service.name'], 'antipode-control-plane')
      assert.equal(call!.resource['antipode.region'], 'east')
      assert.equal(call!.resource['deployment.environment.name'], 'test')

      assert.deepEqual(
        parts.map(({ name }) => name),
        ['validate', 'commit wait', 'confirm', 'publish'],
      )
      let since = BigInt(call!.startTimeUnixNano)
      for (const part of parts) {
        assert.equal(part.parentSpanId, call!.spanId)
        assert.ok(BigInt(part.startTimeUnixNano) >= since, `${part.name} begins where the one before ends`)
        since = BigInt(part.endTimeUnixNano)
      }
      assert.ok(since <= BigInt(call!.endTimeUnixNano))
      assert.equal(attributesOf(parts[1]!)['db.system.name'], 'postgresql')
    })

    it('tell of a read, of a refusal and of a path that is not there, with nothing that clients choose in the name', async () => {
      for (const [path, method, body, name, status, number] of [
        ['/routes/traced', 'GET', undefined, 'GET /apisix/admin/routes/{id}', 200, 1],
        ['/routes', 'GET', undefined, 'GET /apisix/admin/routes', 200, 1],
        ['/routes/x', 'PUT', {}, 'PUT /apisix/admin/routes/{id}', 400, 1],
        ['/routes/absent', 'DELETE', undefined, 'DELETE /apisix/admin/routes/{id}', 404, 2],
        ['/no-such-thing/1', 'GET', undefined, 'GET /apisix/admin/*', 404, 1],
        ['/api/users/ann', 'GET', undefined, 'GET /api/users/*', 404, 1],
      ] as const) {
        const { traceId, header } = newTrace()
        const answer = await regions.admin('east', method, path, body, header)
        assert.equal(answer.status, status, JSON.stringify(answer.body))
        const spans = await collected(traceId, number)
        assert.deepEqual([spans.length, spans[0]!.name], [number, name])
        assert.equal(attributesOf(spans[0]!)['http.response.status_code'], status)
        assert.equal(spans[0]!.status.code ?? 0, 0)
      }
    })

    it('tell that a call failed', async () => {
      const { traceId, header } = newTrace()
      assert.equal((await regions.admin('west', 'PUT', '/routes/1', ROUTE, header)).status, 503)
      const [call] = await collected(traceId, 1)
      assert.equal(call!.status.code, 2)
      assert.equal(attributesOf(call!)['error.type'], '503')
    })

    it('are not kept where the caller does not keep them, and never hold what clients sent', async () => {
      const unkept = newTrace('00')
      const kept = newTrace()
      const secret = { username: 'jane', plugins: { 'key-auth': { key: 'a-planted-key' } } }
      assert.equal((await regions.admin('east', 'PUT', '/consumers/jane', secret, unkept.header)).status, 201)
      assert.equal((await regions.admin('east', 'PUT', '/consumers/jane', secret, kept.header)).status, 200)
      await collected(kept.traceId, 5)
      assert.deepEqual(collector.of(unkept.traceId), [])
      const everything = collector.bodies.join('\n')
      for (const planted of ['not-to-be-told', 'a-planted-key']) assert.ok(!everything.includes(planted), planted)
    })
  })

  it('tell of a call that was not let in', async (test) => {
    const tracing = await Tracing.open({ env: process.env, region: 'east', logger: pino({ level: 'silent' }) })
    const app = createAdminApi({ store: new MemoryStore(), config: { keyRequired: true, keys: [], allow: [] } })
    traceCalls(app, tracing!, () => 'active')
    test.after(() => app.close())
    const { traceId, spanId, header } = newTrace()
    assert.equal((await app.inject({ method: 'GET', url: '/apisix/admin/routes', headers: header })).statusCode, 401)
    await tracing!.close()
    const [call] = collector.of(traceId)
    assert.equal(call!.parentSpanId, spanId)
    assert.equal(attributesOf(call!)['http.response.status_code'], 401)
  })

  it('go on from a member of a region to its leader, and are sent to the last when a process ends', async (test) => {
    // So long that nothing is sent before the end.
    process.env.OTEL_BSP_SCHEDULE_DELAY = '600000'
    const fleet = await ControlPlaneFleet.start(['east'], 2)
    test.after(() => fleet.close())
    const leader = await fleet.leaderOf('east')
    const { traceId, spanId, header } = newTrace()
    const answer = await fleet.admin('east', 1 - leader, 'PUT', '/routes/passed-on', ROUTE, header)
    assert.equal(answer.status, 201)
    for (const index of [1 - leader, leader]) {
      const { child } = fleet.processes.east[index]!
      const exited = once(child!, 'exit')
      child!.kill('SIGTERM')
      await exited
    }
    const spans = await collected(traceId, 6)
    const below = (parent: string) => spans.filter(({ parentSpanId }) => parentSpanId === parent)
    const [member, ...others] = below(spanId)
    const [atLeader, ...more] = below(member!.spanId)
    assert.deepEqual([member!.kind, atLeader!.kind, others, more], [SERVER, SERVER, [], []])
    const parts = below(atLeader!.spanId).map(({ name }) => name)
    assert.deepEqual(parts.sort(), ['commit wait', 'confirm', 'publish', 'validate'])
  })
})

describe('variables of OpenTelemetry', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318'

  it('turn traces on, and off', async () => {
    const logger = pino({ level: 'silent' })
    assert.equal(await Tracing.open({ env: {}, region: 'east', logger }), undefined)
    for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
      assert.equal(readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, ...off }), undefined)
    }
    assert.ok(readTracingSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }))
  })

  it('say which traces are kept and how they are sent; what is no number counts as not given', () => {
    const settings = readTracingSettings({
      OTEL_EXPORTER_OTLP_ENDPOINT,
      ...{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      ...{ OTEL_BSP_SCHEDULE_DELAY: '1000', OTEL_BSP_MAX_QUEUE_SIZE: 'many' },
    })
    assert.deepEqual(settings, { sampler: 'traceidratio', share: 0.25, batch: { scheduledDelayMillis: 1000 } })
    assert.deepEqual(readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: 'x' }), {
      ...{ sampler: 'parentbased_always_on', share: 1, batch: {} },
    })
  })
})
