import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createAuthority } from '../../../runtime/control-plane/pki/authority.ts'
import { ADMIN_KEY, GROUP_KEY, startAdminApi } from './control-plane.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies as a foreign client reads them
type Body = any

/** The calls of ADC's backend `api7ee`, spelt out, so that they hold whatever our own client does. */
describe("the calls of ADC's backend api7ee", () => {
  let api: Awaited<ReturnType<typeof startAdminApi>>
  before(async () => {
    api = await startAdminApi()
  })
  after(() => api.close())

  async function call(method: string, path: string, body?: unknown, key = ADMIN_KEY) {
    const response = await fetch(`${api.server}${path}`, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Body }
  }
  const admin = (path: string) => `/apisix/admin/${path}${path.includes('?') ? '&' : '?'}gateway_group_id=default`
  const list = async (path: string) => (await call('GET', admin(path))).body.list as Body[]

  const UPSTREAM = {
    type: 'roundrobin',
    scheme: 'http',
    pass_host: 'pass',
    nodes: [{ host: 'a', port: 80, weight: 1, priority: 0 }],
  }

  it('begins with the version, the gateway group and the schemas', async () => {
    assert.match((await call('GET', '/api/version')).body.value, /^3\.9\.\d+$/)
    const groups = await call('GET', '/api/gateway_groups?search=default&name=default')
    assert.deepEqual(
      groups.body.list.map(({ id }: Body) => id),
      ['default'],
    )
    assert.deepEqual((await call('GET', '/api/gateway_groups?search=none&name=none')).body.list, [])
    const { value } = (await call('GET', '/api/schema/core')).body
    const kinds = ['consumer', 'consumer_credential', 'global_rule', 'plugin_metadata', 'route', 'service', 'ssl']
    assert.deepEqual(Object.keys(value).sort(), [...kinds, 'stream_route', 'stream_service', 'upstream'])
    assert.equal(value.route.properties.priority.default, 0)
  })

  it('asks for a key everywhere', async () => {
    for (const path of ['/api/version', '/api/gateway_groups', admin('services')]) {
      assert.equal((await call('GET', path, undefined, 'wrong')).status, 401, path)
    }
  })

  it('knows no other gateway group', async () => {
    const { status, body } = await call('GET', '/apisix/admin/services?gateway_group_id=other')
    assert.deepEqual([status, body], [404, { error_msg: 'gateway group other not found' }])
  })

  it('lists flat, and empty to begin with', async () => {
    for (const path of ['services', 'routes', 'stream_routes', 'consumers', 'ssls', 'global_rules']) {
      assert.deepEqual((await call('GET', admin(path))).body, { list: [], total: 0 }, path)
    }
    assert.deepEqual((await call('GET', admin('plugin_metadata'))).body, { value: {} })
  })

  it('holds a service with its upstream in it, and shows defaults that it does not store', async () => {
    const service = { service_id: 's1', name: 'orders', upstream: UPSTREAM, hosts: ['a.example'], type: 'http' }
    assert.equal((await call('PUT', admin('services/s1'), service)).status, 201)
    const route = { route_id: 'r1', name: 'list', paths: ['/orders'], service_id: 's1', labels: { team: 'blue' } }
    assert.equal((await call('PUT', admin('routes/r1'), route)).status, 201)
    const [shown] = await list('services')
    assert.deepEqual([shown.id, shown.service_id, shown.type], ['s1', 's1', 'http'])
    assert.deepEqual(shown.upstream, { ...UPSTREAM, hash_on: 'vars' })
    const [listed] = await list('routes?service_id=s1')
    assert.deepEqual([listed.route_id, listed.paths, listed.priority], ['r1', ['/orders'], 0])
    assert.deepEqual(await list('routes?service_id=other'), [])
    assert.equal(api.store.read().get('routes', 'r1')?.value.priority, undefined)
    assert.deepEqual(api.store.read().get('routes', 'r1')?.value.uris, ['/orders'])
  })

  it('holds further upstreams of a service', async () => {
    assert.equal((await call('PUT', admin('services/s1/upstreams/u1'), { ...UPSTREAM, name: 'canary' })).status, 201)
    assert.deepEqual(
      (await list('services/s1/upstreams')).map(({ id, name }) => [id, name]),
      [['u1', 'canary']],
    )
    assert.equal((await call('PUT', admin('services/none/upstreams/u2'), { ...UPSTREAM, name: 'x' })).status, 404)
  })

  it('tells services of streams from those of HTTP', async () => {
    const upstream = { ...UPSTREAM, scheme: 'tcp' }
    await call('PUT', admin('services/s2'), { service_id: 's2', name: 'tcp', upstream, type: 'stream' })
    const route = { stream_route_id: 't1', name: 'all', service_id: 's2', server_port: 9100 }
    assert.equal((await call('PUT', admin('stream_routes/t1'), route)).status, 201)
    assert.deepEqual(
      (await list('services')).map(({ type }) => type),
      ['http', 'stream'],
    )
    const [shown] = await list('stream_routes?service_id=s2')
    assert.deepEqual([shown.stream_route_id, shown.name, shown.labels], ['t1', 'all', undefined])
  })

  it('holds consumers, credentials, certificates, global rules and metadata', async () => {
    const { certificate, key } = await createAuthority('test')
    await call('PUT', admin('consumers/jack'), { username: 'jack', labels: { team: 'blue' } })
    assert.deepEqual(await list('consumers/jack/credentials'), [])
    const credential = { id: 'c1', name: 'key', plugins: { 'key-auth': { key: 'secret' } } }
    assert.equal((await call('PUT', admin('consumers/jack/credentials/c1'), credential)).status, 201)
    assert.deepEqual(
      (await list('consumers/jack/credentials')).map(({ id, name }) => [id, name]),
      [['c1', 'key']],
    )
    const ssl = { id: 'tls', snis: ['a.example'], cert: certificate, key, status: 1 }
    assert.equal((await call('PUT', admin('ssls/tls'), ssl)).status, 201)
    const [shown] = await list('ssls')
    assert.deepEqual([shown.cert, shown.key, shown.type], [certificate, undefined, 'server'])
    const rule = { plugins: { 'fault-injection': { delay: { duration: 1, percentage: 1 } } } }
    assert.equal((await call('PUT', admin('global_rules/fault-injection'), rule)).status, 201)
    assert.deepEqual((await list('global_rules'))[0].plugins, rule.plugins)
    assert.equal((await call('PUT', admin('plugin_metadata/proxy-rewrite'), { note: 1 })).status, 201)
    assert.deepEqual((await call('GET', admin('plugin_metadata'))).body, { value: { 'proxy-rewrite': { note: 1 } } })
  })

  it('selects by labels', async () => {
    assert.deepEqual(
      (await list('consumers?labels%5Bteam%5D=blue')).map(({ username }) => username),
      ['jack'],
    )
    assert.deepEqual(await list('consumers?labels%5Bteam%5D=red'), [])
    assert.deepEqual(await list('services?labels%5Bteam%5D=blue'), [])
  })

  it('takes the key of a gateway group for its group', async () => {
    const { body } = await call('GET', '/apisix/admin/services', undefined, GROUP_KEY)
    assert.deepEqual(
      body.list.map(({ id }: Body) => id),
      ['s1', 's2'],
    )
  })

  it('patches by JSON Patch, all of it or nothing', async () => {
    const patch = [
      { op: 'test', path: '/name', value: 'list' },
      { op: 'add', path: '/paths/-', value: '/more' },
      { op: 'replace', path: '/priority', value: 3 },
    ]
    const wrong = await call('PATCH', admin('routes/r1'), patch)
    assert.deepEqual(
      [wrong.status, wrong.body.error_msg],
      [400, 'invalid JSON Patch: operation 2: there is nothing at /priority'],
    )
    const { status, body } = await call('PATCH', admin('routes/r1'), patch.slice(0, 2))
    assert.deepEqual([status, body.value.paths], [200, ['/orders', '/more']])
    assert.equal((await call('PATCH', admin('routes/none'), [])).status, 404)
  })

  it('keeps the key of a certificate that is patched', async () => {
    const { status } = await call('PATCH', admin('ssls/tls'), [{ op: 'add', path: '/labels', value: { a: 'b' } }])
    assert.equal(status, 200)
    assert.match(String(api.store.read().get('ssls', 'tls')?.value.key), /PRIVATE KEY/)
  })

  it('refuses what it would not do, in words', async () => {
    const prefixed = { service_id: 's3', name: 'prefixed', path_prefix: '/v1' }
    assert.match((await call('PUT', admin('services/s3'), prefixed)).body.error_msg, /path_prefix is not supported/)
    const other = { route_id: 'r2', name: 'x', paths: ['/'], service_id: 'none' }
    assert.match((await call('PUT', admin('routes/r2'), other)).body.error_msg, /failed to fetch service info/)
    assert.equal((await call('PUT', admin('routes/r3'), other)).body.error_msg, 'wrong route_id')
    assert.equal((await call('GET', admin('nothing'))).status, 404)
  })

  it('validates a whole configuration in the fields of this surface', async () => {
    const services = [{ service_id: 'a', name: 'a', upstream: UPSTREAM, type: 'http' }]
    const routes = [{ route_id: 'r', name: 'r', paths: ['/'], service_id: 'a' }]
    assert.deepEqual((await call('POST', admin('configs/validate'), { services, routes })).status, 200)
    const wrong = await call('POST', admin('configs/validate'), { routes: [{ ...routes[0], methods: ['NONE'] }] })
    assert.deepEqual([wrong.status, wrong.body.errors[0].resource_type], [400, 'routes'])
  })

  it('deletes a service with its routes and upstreams, a consumer with its credentials', async () => {
    for (const path of ['services/s1', 'services/s2', 'consumers/jack']) {
      assert.equal((await call('DELETE', admin(path))).status, 200, path)
    }
    for (const type of ['services', 'routes', 'stream_routes', 'upstreams', 'consumers', 'credentials'] as const) {
      assert.deepEqual(api.store.read().list(type), [], type)
    }
    assert.equal((await call('DELETE', admin('services/s1'))).status, 404)
  })
})
