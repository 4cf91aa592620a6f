import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { ADMIN, allow, IdentityApi, VIEWER } from '../identity/identity-api.ts'

const GROUPS = '/api/gateway_groups'
const ROUTE = { uri: '/orders', upstream: { nodes: { '127.0.0.1:80': 1 } } }
const IN_DEV = { ...ADMIN, 'x-antipode-gateway-group': 'dev' }

describe('gateway groups', () => {
  let api: IdentityApi
  beforeEach(async () => {
    api = new IdentityApi()
    await create('dev', { labels: { stage: 'development' } })
  })
  afterEach(() => api.app.close())

  const call = (method: string, url: string, body?: unknown, headers: object = ADMIN) =>
    api.call(method, url, body, headers)
  const create = (id: string, more: object = {}) => call('POST', GROUPS, { id, name: id, ...more })
  const ids = async (query: string, headers: object = ADMIN) =>
    (await call('GET', `${GROUPS}${query}`, undefined, headers)).body.list.map(({ id }: { id: string }) => id)

  it('begin with `default`, which nobody wrote and nobody deletes', async () => {
    assert.deepEqual(await ids(''), ['default', 'dev'])
    const { value } = (await call('GET', `${GROUPS}/default`)).body
    assert.deepEqual(value, { description: '', labels: {}, name: 'default', id: 'default' })
    assert.equal((await call('DELETE', `${GROUPS}/default?force=true`)).status, 400)
    const named = await call('PUT', `${GROUPS}/default`, { name: 'default', description: 'for everybody' })
    assert.deepEqual([named.status, named.body.value.description], [200, 'for everybody'])
    assert.deepEqual(await ids(''), ['default', 'dev'])
  })

  it('are created, read, replaced, patched and deleted', async () => {
    const made = await call('POST', GROUPS, { name: 'production' })
    assert.equal(made.status, 201)
    const { id, create_time } = made.body.value
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.deepEqual((await call('GET', `${GROUPS}/${id}`)).body, made.body)
    const replaced = await call('PUT', `${GROUPS}/${id}`, { name: 'live', labels: { stage: 'production' } })
    assert.deepEqual([replaced.status, replaced.body.value.create_time], [200, create_time])
    const patch = [{ op: 'replace', path: '/labels/stage', value: 'live' }]
    const patched = await call('PATCH', `${GROUPS}/${id}`, patch)
    assert.deepEqual([patched.body.value.name, patched.body.value.labels], ['live', { stage: 'live' }])
    assert.equal((await call('PUT', `${GROUPS}/uat`, { name: 'uat' })).status, 201)
    assert.equal((await call('DELETE', `${GROUPS}/${id}`)).status, 200)
    assert.equal((await call('GET', `${GROUPS}/${id}`)).status, 404)
    assert.equal((await call('DELETE', `${GROUPS}/${id}`)).status, 404)
  })

  it('refuse what is no group', async () => {
    assert.equal((await create('dev')).body.error_msg, 'gateway group dev already exists')
    assert.equal((await create('default')).status, 400)
    const taken = await call('POST', GROUPS, { id: 'other', name: 'dev' })
    assert.equal(taken.body.error_msg, 'another gateway group has the name dev')
    assert.equal((await call('POST', GROUPS, { name: 'default' })).status, 400)
    for (const wrong of [{}, { name: '' }, { name: 'a', id: 'a/b' }, { name: 'a', id: '..' }, { name: 'a', more: 1 }]) {
      const answer = await call('POST', GROUPS, wrong)
      assert.equal(answer.status, 400, JSON.stringify(wrong))
      assert.match(answer.body.error_msg, /^invalid configuration: /)
    }
    assert.equal((await call('PUT', `${GROUPS}/dev`, { id: 'other', name: 'dev' })).body.error_msg, 'wrong id')
    assert.equal((await call('PUT', `${GROUPS}/a@b`, { name: 'a' })).status, 400)
    assert.equal((await call('PATCH', GROUPS, [])).status, 405)
    assert.equal((await call('GET', `${GROUPS}/dev/nothing`)).status, 404)
  })

  it('are found by search, name and labels, and listed in pages', async () => {
    await create('production', { name: 'dev of another', labels: { stage: 'production' } })
    assert.deepEqual(await ids('?search=dev'), ['dev', 'production'])
    assert.deepEqual(await ids('?search=dev&name=dev'), ['dev'])
    assert.deepEqual(await ids('?labels[stage]=production'), ['production'])
    assert.deepEqual(await ids('?page=2&page_size=2'), ['production'])
    assert.equal((await call('GET', `${GROUPS}?page=0`)).status, 400)
    assert.equal((await call('GET', `${GROUPS}?page=2&page_size=2`)).body.total, 3)
  })

  it('each hold a configuration of their own, in either form', async () => {
    assert.equal((await call('PUT', '/apisix/admin/routes/1', ROUTE)).status, 201)
    const inDev = await call('PUT', '/apisix/admin/routes/1', { ...ROUTE, uri: '/of-dev' }, IN_DEV)
    assert.deepEqual([inDev.status, inDev.body.key], [201, '/apisix/routes/1'])
    assert.equal(inDev.headers['x-antipode-gateway-group'], 'dev')
    const uri = async (headers: object) =>
      (await call('GET', '/apisix/admin/routes/1', undefined, headers)).body.value.uri
    assert.deepEqual([await uri(ADMIN), await uri(IN_DEV)], ['/orders', '/of-dev'])
    const service = { name: 'shop', upstream: { nodes: [{ host: 'a', port: 80, weight: 1 }] } }
    assert.equal((await call('PUT', '/apisix/admin/services/s?gateway_group_id=dev', service)).status, 201)
    const total = async (headers: object) =>
      (await call('GET', '/apisix/admin/services', undefined, headers)).body.total
    assert.deepEqual([await total(ADMIN), await total(IN_DEV)], [0, 1])
    assert.equal((await call('DELETE', '/apisix/admin/routes/1', undefined, IN_DEV)).status, 200)
    assert.equal((await call('GET', '/apisix/admin/routes/1')).status, 200)
    const jack = { username: 'jack', plugins: { 'key-auth': { key: 'k' } } }
    for (const headers of [ADMIN, IN_DEV]) {
      assert.equal((await call('PUT', '/apisix/admin/consumers', jack, headers)).status, 201)
      const credential = { plugins: { 'key-auth': { key: 'another' } } }
      assert.equal((await call('PUT', '/apisix/admin/consumers/jack/credentials/c', credential, headers)).status, 201)
    }
    assert.equal((await call('DELETE', '/apisix/admin/consumers/jack', undefined, IN_DEV)).status, 200)
    const credentials = '/apisix/admin/consumers/jack/credentials'
    assert.equal((await call('GET', credentials, undefined, IN_DEV)).status, 404)
    assert.equal((await call('GET', credentials)).body.total, 1)
  })

  it('resolve references only in themselves', async () => {
    await call('PUT', '/apisix/admin/upstreams/u', { nodes: { '127.0.0.1:80': 1 } })
    const refers = { uri: '/', upstream_id: 'u' }
    const refused = await call('PUT', '/apisix/admin/routes/1', refers, IN_DEV)
    assert.equal(refused.body.error_msg, 'failed to fetch upstream info by upstream id [u], response code: 404')
    await call('PUT', '/apisix/admin/upstreams/u', { nodes: { '127.0.0.1:80': 1 } }, IN_DEV)
    assert.equal((await call('PUT', '/apisix/admin/routes/1', refers, IN_DEV)).status, 201)
    assert.equal((await call('DELETE', '/apisix/admin/upstreams/u')).status, 200)
    assert.equal((await call('DELETE', '/apisix/admin/upstreams/u', undefined, IN_DEV)).status, 400)
  })

  it('that are not there, or are named twice, are refused', async () => {
    const unknown = { 'x-antipode-gateway-group': 'none', ...ADMIN }
    for (const [method, path, body] of [
      ['GET', '/apisix/admin/routes'],
      ['PUT', '/apisix/admin/routes/1', ROUTE],
    ] as const) {
      const answer = await call(method, path, body, unknown)
      assert.deepEqual([answer.status, answer.body], [404, { error_msg: 'gateway group none not found' }])
    }
    assert.equal((await call('GET', '/apisix/admin/services?gateway_group_id=a@b')).status, 404)
    assert.equal((await call('GET', '/apisix/admin/services?gateway_group_id=dev', undefined, unknown)).status, 400)
  })

  it('are deleted with what they hold only by force, in one write', async () => {
    await call('PUT', '/apisix/admin/routes/1', ROUTE, IN_DEV)
    await call('PUT', '/apisix/admin/routes/2', ROUTE, IN_DEV)
    const refused = await call('DELETE', `${GROUPS}/dev`)
    assert.equal(
      refused.body.error_msg,
      'can not delete gateway group dev, it has 2 resources and 0 instances; force=true deletes them too',
    )
    const deleted = await call('DELETE', `${GROUPS}/dev?force=true`)
    assert.deepEqual([deleted.status, deleted.body.value.resources], [200, 2])
    assert.equal((await call('GET', '/apisix/admin/routes', undefined, IN_DEV)).status, 404)
    await create('dev')
    assert.equal((await call('GET', '/apisix/admin/routes', undefined, IN_DEV)).body.total, 0)
  })

  it('have a key that is theirs alone, shown once', async () => {
    const made = await call('POST', `${GROUPS}/dev/admin_key`)
    assert.equal(made.status, 201)
    const { key } = made.body.value
    assert.match(key, /^a7adm-/)
    const bound = { 'x-api-key': key }
    const shown = (await call('GET', `${GROUPS}/dev/admin_key`)).body.value
    assert.deepEqual(Object.keys(shown).sort(), ['create_time', 'group', 'id', 'update_time'])
    const service = { name: 'shop', upstream: { nodes: [{ host: 'a', port: 80, weight: 1 }] } }
    assert.equal((await call('PUT', '/apisix/admin/services/s', service, bound)).status, 201)
    assert.equal((await call('GET', '/apisix/admin/services', undefined, IN_DEV)).body.total, 1)
    assert.equal((await call('GET', '/apisix/admin/services?gateway_group_id=dev', undefined, bound)).status, 200)
    for (const [method, url] of [
      ['GET', '/apisix/admin/services?gateway_group_id=default'],
      ['GET', `${GROUPS}/default`],
      ['DELETE', `${GROUPS}/dev?force=true`],
      ['PUT', `${GROUPS}/dev/admin_key`],
      ['GET', '/api/users/somebody'],
    ] as const) {
      assert.equal((await call(method, url, undefined, bound)).status, 403, `${method} ${url}`)
    }
    assert.deepEqual(await ids('', bound), ['dev'])
    const rotated = await call('PUT', `${GROUPS}/dev/admin_key`)
    assert.equal(rotated.status, 200)
    assert.equal((await call('GET', '/apisix/admin/services', undefined, bound)).status, 401)
    const renewed = { 'x-api-key': rotated.body.value.key }
    assert.equal((await call('GET', '/apisix/admin/services', undefined, renewed)).status, 200)
    assert.equal((await call('DELETE', `${GROUPS}/dev/admin_key`)).status, 200)
    assert.equal((await call('GET', '/apisix/admin/services', undefined, renewed)).status, 401)
    assert.equal((await call('GET', `${GROUPS}/dev/admin_key`)).status, 404)
    assert.equal((await call('POST', `${GROUPS}/dev/admin_key`, undefined, VIEWER)).status, 401)
  })

  it('are what a policy names, by their ids or their labels', async () => {
    const all = 'arn:api7:gateway:gatewaygroup/<.*>'
    const condition = (value: string) => ({
      gateway_group_label: {
        type: 'MatchLabel',
        options: { key: 'stage', operator: 'exact_match', value },
      },
    })
    await create('production', { labels: { stage: 'production' } })
    await api.user('ann', [allow('gateway:<.*>', 'arn:api7:gateway:gatewaygroup/dev<.*>')])
    await api.user('bob', [allow('gateway:<.*>', all, { conditions: condition('production') })])
    const [ann, bob] = [await api.logIn('ann'), await api.logIn('bob')]
    const put = async (who: object, group: string) =>
      (await call('PUT', '/apisix/admin/routes/1', ROUTE, { ...who, 'x-antipode-gateway-group': group })).status
    assert.deepEqual([await put(ann, 'dev'), await put(ann, 'production'), await put(ann, 'default')], [201, 403, 403])
    assert.deepEqual([await put(bob, 'dev'), await put(bob, 'production'), await put(bob, 'default')], [403, 201, 403])
    assert.deepEqual([await ids('', ann), await ids('', bob)], [['dev'], ['production']])
    assert.equal((await call('GET', `${GROUPS}/production`, undefined, ann)).status, 404)
    assert.equal((await call('GET', `${GROUPS}/production/admin_key`, undefined, ann)).status, 404)
  })
})
