import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { logCalls, requestIdOf, traceIdOf } from '../../../../runtime/control-plane/operation/call-log.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const KEY = 'edd1c9f034335f136f87ad84b625c8f1'
const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }
const CREDENTIAL = { plugins: { 'key-auth': { key: 'planted-secret' } } }

/** An Admin API and the lines that it logs. */
function logged(level = 'info') {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ level }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const keys = [{ name: 'admin', key: KEY, role: 'admin' as const }]
  const app = createAdminApi({ store: new MemoryStore(), config: { keyRequired: true, keys, allow: [] }, logger })
  logCalls(app, () => 'active')
  return { app, lines }
}

describe('the log of calls', () => {
  it('has a line for each call, under the id that its answer carries', async () => {
    const { app, lines } = logged()
    const write = randomUUID()
    const answer = await app.inject({
      ...{ method: 'PUT', url: `/apisix/admin/routes/1?api_key=${KEY}`, payload: JSON.stringify(ROUTE) },
      headers: { 'x-request-id': 'from-the-client', 'x-antipode-write': write },
    })
    assert.equal(answer.statusCode, 201)
    assert.equal(answer.headers['x-request-id'], 'from-the-client')
    assert.equal(lines.length, 1)
    const { request, method, path, status, role, milliseconds } = lines[0]!
    assert.deepEqual(
      { request, method, path, status, role, write: lines[0]!.write },
      { request: 'from-the-client', method: 'PUT', path: '/apisix/admin/routes/1', status: 201, role: 'active', write },
    )
    assert.equal(typeof milliseconds, 'number')
  })

  it('holds no key and no body', async () => {
    const { app, lines } = logged('trace')
    const headers = { 'x-api-key': KEY }
    await app.inject({
      ...{ method: 'PUT', url: `/apisix/admin/consumers/jane?api_key=${KEY}` },
      payload: JSON.stringify({ username: 'jane', ...CREDENTIAL }),
    })
    await app.inject({ method: 'GET', url: '/apisix/admin/consumers/jane', headers })
    await app.inject({ method: 'GET', url: '/apisix/admin/consumers', headers: { 'x-api-key': 'planted-secret' } })
    const text = JSON.stringify(lines)
    assert.equal(lines.length, 3)
    assert.ok(!text.includes(KEY) && !text.includes('planted-secret'), text)
  })

  it('names calls that were not let in', async () => {
    const { app, lines } = logged()
    const answer = await app.inject({ method: 'GET', url: '/apisix/admin/routes' })
    assert.equal(answer.statusCode, 401)
    assert.equal(lines[0]?.status, 401)
    assert.equal(lines[0]?.request, answer.headers['x-request-id'])
  })

  it('keeps what health checks ask for to debugging', async () => {
    const { app, lines } = logged()
    const headers = { 'x-api-key': KEY }
    assert.equal((await app.inject({ method: 'GET', url: '/antipode/region', headers })).statusCode, 200)
    assert.equal(lines.length, 0)
  })

  it('names the trace that a call is part of', async () => {
    const { app, lines } = logged()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await app.inject({ method: 'GET', url: '/apisix/admin/routes', headers: { 'x-api-key': KEY, traceparent } })
    assert.equal(lines[0]?.trace, '0af7651916cd43dd8448eb211c80319c')
  })

  it('gives a call an id of its own where the one it came with is none', () => {
    for (const given of ['', 'two words', 'a\nline', 'x'.repeat(129), '{"json":1}']) {
      assert.match(requestIdOf({ headers: { 'x-request-id': given } }), /^[0-9a-f-]{36}$/)
    }
    assert.equal(requestIdOf({ headers: { 'x-request-id': 'req-1' } }), 'req-1')
  })

  it('believes no trace that is not one', () => {
    const zero = `00-${'0'.repeat(32)}-b7ad6b7169203331-01`
    for (const traceparent of ['', zero, '01-short', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']) {
      assert.equal(traceIdOf({ headers: { traceparent } }), undefined)
    }
  })
})
