import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createAuthority } from '../../../runtime/control-plane/pki/authority.ts'
import { ADMIN_KEY, startAdminApi } from './control-plane.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies as a foreign client reads them
type Body = any

/** The calls of ADC's backend `apisix`, spelt out, so that they hold whatever our own client does. */
describe("the calls of ADC's backend apisix", () => {
  let api: Awaited<ReturnType<typeof startAdminApi>>
  before(async () => {
    api = await startAdminApi()
  })
  after(() => api.close())

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(`${api.server}/apisix/admin/${path}`, {
      method,
      headers: { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as Body }
  }

  const SERVICE = '9658403816409e66eba2175f8eff8b53a9681573'
  const ROUTE = '802d797ea6c48ad232ec23aca916c895bd53573a'
  const UPSTREAM = { type: 'roundrobin', scheme: 'http', pass_host: 'pass' }
  const NODE = { host: '10.0.0.1', port: 80, weight: 1, priority: 0 }

  it('tells the version in a header, with lists that may be empty', async () => {
    const { status, headers, body } = await call('GET', 'routes')
    assert.deepEqual([status, body], [200, { total: 0, list: [] }])
    assert.match(headers.get('server') ?? '', /^APISIX\/\d+\.\d+\.\d+$/)
    assert.equal(headers.get('x-api-version'), 'v3')
  })

  it('lists every collection that a dump reads, without paging', async () => {
    const collections = ['services', 'routes', 'upstreams', 'ssls', 'consumers', 'plugin_configs', 'global_rules']
    for (const collection of [...collections, 'plugin_metadata', 'stream_routes']) {
      const { status, body } = await call('GET', collection)
      assert.deepEqual([status, body], [200, { total: 0, list: [] }], collection)
    }
  })

  it('takes the upstream of a service before it, and the route after', async () => {
    const upstream = { ...UPSTREAM, nodes: [NODE], id: SERVICE, name: 'orders' }
    assert.equal((await call('PUT', `upstreams/${SERVICE}`, upstream)).status, 201)
    const service = { name: 'orders', id: SERVICE, upstream_id: SERVICE, labels: { 'managed-by': 'adc' } }
    const created = await call('PUT', `services/${SERVICE}`, service)
    assert.equal(created.status, 201)
    assert.deepEqual(Object.keys(created.body), ['key', 'value'])
    assert.equal((await call('PUT', `services/${SERVICE}`, service)).status, 200)
    const route = { name: 'list', uris: ['/orders'], id: ROUTE, status: 1, service_id: SERVICE }
    assert.equal((await call('PUT', `routes/${ROUTE}`, route)).status, 201)
    const canary = { ...UPSTREAM, nodes: [NODE], name: 'canary', labels: { __ADC_UPSTREAM_SERVICE_ID: SERVICE } }
    assert.equal((await call('PUT', 'upstreams/canary', canary)).status, 201)
  })

  it('returns what was sent, without any default', async () => {
    const { body } = await call('GET', 'routes')
    const [{ key, value, createdIndex, modifiedIndex }] = body.list
    assert.equal(key, `/apisix/routes/${ROUTE}`)
    assert.ok(Number.isInteger(createdIndex) && Number.isInteger(modifiedIndex))
    const { create_time, update_time, ...rest } = value
    assert.ok(create_time > 0 && update_time > 0)
    assert.deepEqual(rest, { name: 'list', uris: ['/orders'], id: ROUTE, status: 1, service_id: SERVICE })
  })

  it('lists in the order of keys, whatever the order of writing', async () => {
    for (const id of ['b', 'a', 'B', '10', '9']) await call('PUT', `upstreams/${id}`, { ...UPSTREAM, nodes: [] })
    const { body } = await call('GET', 'upstreams')
    const ids = body.list.map(({ value }: Body) => value.id)
    assert.deepEqual(ids, ['10', '9', SERVICE, 'B', 'a', 'b', 'canary'])
    for (const id of ['b', 'a', 'B', '10', '9']) await call('DELETE', `upstreams/${id}`)
  })

  it('knows the credentials of a consumer, and answers 404 where there are none', async () => {
    assert.equal((await call('PUT', 'consumers/jack', { username: 'jack' })).status, 201)
    const none = await call('GET', 'consumers/jack/credentials')
    assert.deepEqual([none.status, none.body], [404, { message: 'Key not found' }])
    const credential = { name: 'key', plugins: { 'key-auth': { key: 'secret' } } }
    assert.equal((await call('PUT', 'consumers/jack/credentials/c1', credential)).status, 201)
    const { status, body } = await call('GET', 'consumers/jack/credentials')
    assert.equal(status, 200)
    assert.deepEqual([body.total, body.list[0].value.id, body.list[0].value.name], [1, 'c1', 'key'])
    assert.deepEqual(
      (await call('GET', 'consumers')).body.list.map(({ value }: Body) => value.username),
      ['jack'],
    )
  })

  it('takes a global rule and plugin metadata under the name of their plugin', async () => {
    const rule = { plugins: { 'fault-injection': { delay: { duration: 1, percentage: 1 } } } }
    assert.equal((await call('PUT', 'global_rules/fault-injection', rule)).status, 201)
    assert.deepEqual((await call('GET', 'global_rules')).body.list[0].value.plugins, rule.plugins)
    assert.equal((await call('PUT', 'plugin_metadata/proxy-rewrite', { note: 1 })).status, 201)
    const [{ key, value }] = (await call('GET', 'plugin_metadata')).body.list
    assert.equal(key.split('/').pop(), 'proxy-rewrite')
    const { id: _, ...metadata } = value
    assert.deepEqual(metadata, { note: 1 }, 'no times are added to metadata')
  })

  it('never returns a private key', async () => {
    const { certificate, key } = await createAuthority('test')
    const ssl = { id: 'tls', snis: ['a.example'], type: 'server', cert: certificate, key, status: 1 }
    assert.equal((await call('PUT', 'ssls/tls', ssl)).status, 201)
    const { body } = await call('GET', 'ssls')
    assert.equal(body.list[0].value.cert, certificate)
    assert.doesNotMatch(JSON.stringify(body), /PRIVATE KEY/)
  })

  it('keeps the name of a stream route in a label', async () => {
    const route = { id: 'stream', labels: { __ADC_NAME: 'all' }, server_port: 9100, service_id: SERVICE }
    assert.equal((await call('PUT', 'stream_routes/stream', route)).status, 201)
    assert.equal((await call('GET', 'stream_routes')).body.list[0].value.labels.__ADC_NAME, 'all')
  })

  it('validates a whole configuration, and says what is wrong where', async () => {
    assert.deepEqual(
      (await call('POST', 'configs/validate', { routes: [], services: [{ id: 'a', name: 'a' }] })).body,
      {},
    )
    const wrong = {
      routes: [
        { id: 'r', uris: ['/'], service_id: 'a' },
        { id: 'q', uris: [] },
      ],
    }
    const { status, body } = await call('POST', 'configs/validate', wrong)
    assert.deepEqual([status, body.error_msg], [400, 'Configuration validation failed'])
    const [{ resource_type, resource_id, index, error }] = body.errors
    assert.deepEqual([resource_type, resource_id, index, typeof error], ['routes', 'q', 1, 'string'])
  })

  it('deletes in the order of ADC, and answers 404 for what is not there', async () => {
    for (const path of [`routes/${ROUTE}`, 'stream_routes/stream', `services/${SERVICE}`, `upstreams/${SERVICE}`]) {
      const { status, body } = await call('DELETE', path)
      assert.deepEqual([status, body.deleted, body.key], [200, '1', `/apisix/${path}`])
    }
    assert.equal((await call('DELETE', `routes/${ROUTE}`)).status, 404)
  })
})
