import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { ADMIN, type Answered, allow, IdentityApi } from '../identity/identity-api.ts'

const PROMOTIONS = '/api/gateway_groups/uat/promotions'

interface Change {
  readonly type: string
  readonly id: string
  readonly action: string
  readonly fields?: string[]
  readonly before?: Record<string, unknown>
  readonly after?: Record<string, unknown>
}

describe('the promotion of a service from one gateway group to another', () => {
  let api: IdentityApi
  beforeEach(async () => {
    api = new IdentityApi()
    for (const group of ['dev', 'uat']) await call('PUT', `/api/gateway_groups/${group}`, { name: group })
    await dev('/upstreams/shared', { nodes: { '127.0.0.1:90': 1 } })
    await dev('/upstreams/cart', { name: 'cart', nodes: { '127.0.0.1:80': 1 } })
    await dev('/plugin_configs/headers', { plugins: { 'key-auth': { header: '$env://HEADER' } } })
    await dev('/services/cart', { name: 'cart', upstream_id: 'cart' })
    await dev('/routes/list', { name: 'list', uri: '/cart', service_id: 'cart', plugin_config_id: 'headers' })
    await dev('/routes/add', { name: 'add', uri: '/cart/add', service_id: 'cart', upstream_id: 'shared' })
    await dev('/routes/other', { uri: '/other', upstream_id: 'shared' })
  })

  const call = (method: string, url: string, body?: unknown, headers: object = ADMIN) =>
    api.call(method, url, body, headers)
  const put = async (group: string, path: string, body: unknown): Promise<void> => {
    const headers = { ...ADMIN, 'x-antipode-gateway-group': group }
    const answer = await call('PUT', `/apisix/admin${path}`, body, headers)
    assert.ok(answer.status < 300, JSON.stringify(answer.body))
  }
  const dev = (path: string, body: unknown) => put('dev', path, body)
  const uat = (path: string, body: unknown) => put('uat', path, body)
  const read = (path: string, group = 'uat') =>
    call('GET', `/apisix/admin${path}`, undefined, { ...ADMIN, 'x-antipode-gateway-group': group })
  const promote = (more: object = {}, headers: object = ADMIN) =>
    call('POST', PROMOTIONS, { source: 'dev', service: 'cart', ...more }, headers)
  const actions = ({ body }: Answered) =>
    Object.fromEntries(body.value.changes.map(({ type, id, action }: Change) => [`${type}/${id}`, action]))
  const hashes = () => JSON.stringify([api.store.read().list('routes@uat'), api.store.read().list('services@uat')])

  const ALL = ['upstreams/cart', 'upstreams/shared', 'plugin_configs/headers', 'services/cart']
  const ROUTES = ['routes/add', 'routes/list']

  it('is shown beforehand, resource by resource, and changes nothing then', async () => {
    const before = hashes()
    const shown = await promote({ dry_run: true })
    assert.equal(shown.status, 200)
    assert.deepEqual(Object.keys(actions(shown)).sort(), [...ALL, ...ROUTES].sort())
    assert.deepEqual(new Set(Object.values(actions(shown))), new Set(['create']))
    assert.deepEqual(shown.body.value.missing_variables, ['HEADER'])
    await call('PUT', '/api/gateway_groups/uat/variables/HEADER', { value: 'x-key' })
    assert.deepEqual((await promote({ dry_run: true })).body.value.missing_variables, [])
    assert.equal(hashes(), before)
    assert.equal((await call('GET', PROMOTIONS)).body.total, 0)
  })

  it('takes the service, its routes and all that they refer to, as one revision', async () => {
    const { revision } = api.store.state()
    const made = await promote({ description: 'release 7' })
    assert.equal(made.status, 201)
    assert.equal(api.store.state().revision, revision + 1)
    assert.equal(made.headers['x-antipode-revision'], String(revision + 1))
    assert.equal((await read('/routes')).body.total, 2)
    assert.equal((await read('/routes/list')).body.value.plugin_config_id, 'headers')
    assert.equal((await read('/upstreams/shared')).status, 200)
    assert.equal((await read('/routes/other')).status, 404)
    const { by, status, description, source } = made.body.value
    assert.deepEqual([by, status, description, source], ['key admin', 'applied', 'release 7', 'dev'])
    assert.deepEqual(new Set(Object.values(actions(await promote({ dry_run: true })))), new Set(['unchanged']))
  })

  it('again brings what differs and takes away what is no more, and leaves alone what is shared', async () => {
    await promote()
    await uat('/routes/of-uat', { uri: '/uat', upstream_id: 'shared' })
    await uat('/routes/extra', { uri: '/cart/extra', service_id: 'cart' })
    await dev('/routes/list', { name: 'list', uri: '/cart/all', service_id: 'cart' })
    await call('DELETE', '/apisix/admin/routes/add', undefined, { ...ADMIN, 'x-antipode-gateway-group': 'dev' })
    const shown = await promote({ dry_run: true })
    assert.deepEqual(actions(shown), {
      ...{ 'upstreams/cart': 'unchanged', 'services/cart': 'unchanged' },
      ...{ 'routes/list': 'update', 'routes/add': 'delete', 'routes/extra': 'delete' },
    })
    const list = shown.body.value.changes.find(({ id }: Change) => id === 'list')
    assert.deepEqual(list.fields, ['plugin_config_id', 'uri'])
    assert.deepEqual([list.before.uri, list.after.uri], ['/cart', '/cart/all'])
    assert.equal((await promote()).status, 201)
    assert.deepEqual(
      (await read('/routes')).body.list.map(({ value }: { value: { id: string } }) => value.id),
      ['list', 'of-uat'],
    )
    assert.equal((await read('/plugin_configs/headers')).status, 200)
  })

  it('is taken back: what stood there before stands there again', async () => {
    await uat('/upstreams/cart', { name: 'old', nodes: { '127.0.0.1:70': 1 } })
    await uat('/services/cart', { name: 'old', upstream_id: 'cart' })
    await uat('/routes/legacy', { uri: '/legacy', service_id: 'cart' })
    const before = (await read('/routes/legacy')).body.value
    const { id } = (await promote()).body.value
    assert.equal((await read('/routes/legacy')).status, 404)
    const shown = await call('POST', `${PROMOTIONS}/${id}/rollback`, { dry_run: true })
    assert.equal(actions(shown)['routes/legacy'], 'create')
    assert.equal((await read('/routes/legacy')).status, 404)
    const back = await call('POST', `${PROMOTIONS}/${id}/rollback`)
    assert.deepEqual([back.status, back.body.value.status], [200, 'rolled_back'])
    assert.deepEqual(
      { ...(await read('/routes/legacy')).body.value, create_time: 0, update_time: 0 },
      { ...before, create_time: 0, update_time: 0 },
    )
    assert.equal((await read('/services/cart')).body.value.name, 'old')
    assert.equal((await read('/upstreams/shared')).status, 404)
    assert.equal((await read('/routes')).body.total, 1)
    const again = await call('POST', `${PROMOTIONS}/${id}/rollback`)
    assert.equal(again.body.error_msg, `promotion ${id} was rolled back already`)
  })

  it('is not taken back over what was changed since, unless by force', async () => {
    const { id } = (await promote()).body.value
    await uat('/routes/list', { name: 'list', uri: '/mended', service_id: 'cart' })
    const refused = await call('POST', `${PROMOTIONS}/${id}/rollback`)
    assert.deepEqual(
      [refused.status, refused.body.error_msg],
      [400, 'can not roll back, routes/list was changed since; force=true restores what stood there before'],
    )
    assert.equal((await read('/routes/list')).body.value.uri, '/mended')
    assert.equal((await call('POST', `${PROMOTIONS}/${id}/rollback?force=true`)).status, 200)
    assert.equal((await read('/routes')).body.total, 0)
  })

  it('is not taken back from under what refers to it', async () => {
    const { id } = (await promote()).body.value
    await uat('/routes/of-uat', { uri: '/uat', upstream_id: 'shared' })
    const refused = await call('POST', `${PROMOTIONS}/${id}/rollback`)
    assert.equal(refused.body.error_msg, 'can not delete this upstream, route [of-uat] is still using it now')
    assert.equal((await read('/routes')).body.total, 3)
  })

  it('is refused where it makes no sense', async () => {
    const error = async (answer: Promise<Answered>) => (await answer).body.error_msg
    assert.equal(await error(promote({ service: 'none' })), 'service none not found in gateway group dev')
    assert.equal(await error(promote({ source: 'none' })), 'gateway group none not found')
    assert.equal(await error(promote({ source: 'uat' })), 'a service is promoted from one gateway group to another')
    await uat('/services/else', { name: 'else' })
    await uat('/routes/list', { uri: '/', service_id: 'else' })
    assert.match(await error(promote()), /^routes\/list of gateway group uat belongs to another service/)
    assert.equal((await read('/services/cart')).status, 404, 'a part of it was done')
    for (const wrong of [{ more: 1 }, { service: '' }, { service: 1 }, { dry_run: 'yes' }]) {
      assert.equal((await promote(wrong)).status, 400, JSON.stringify(wrong))
    }
    assert.equal((await call('GET', `${PROMOTIONS}/none`)).status, 404)
    assert.equal((await call('POST', `${PROMOTIONS}/none/rollback`)).status, 404)
    assert.equal((await call('DELETE', `${PROMOTIONS}/none`)).status, 405)
  })

  it('is listed, newest first, and shows no secret', async () => {
    const secret = 'a-planted-secret'
    await dev('/routes/list', {
      ...{ name: 'list', uri: '/cart', service_id: 'cart' },
      plugins: { 'proxy-rewrite': { headers: { set: { Authorization: secret } } } },
    })
    const first = await promote()
    await dev('/services/cart', { name: 'cart', upstream_id: 'cart', desc: 'newer' })
    const second = await promote()
    const list = (await call('GET', PROMOTIONS)).body
    assert.equal(list.total, 2)
    assert.deepEqual(
      new Set(list.list.map(({ id }: { id: string }) => id)),
      new Set([first.body.value.id, second.body.value.id]),
    )
    const one = (await call('GET', `${PROMOTIONS}/${first.body.value.id}`)).body
    assert.equal(one.value.changes.length, 5)
    for (const shown of [first.body, one, list]) assert.ok(!JSON.stringify(shown).includes(secret))
    assert.equal((await read('/routes/list')).body.value.plugins['proxy-rewrite'].headers.set.Authorization, secret)
  })

  it('needs the right to read the one and to write the other', async () => {
    const on = (group: string) => `arn:api7:gateway:gatewaygroup/${group}<.*>`
    await api.user('ann', [allow('gateway:<.*>', on('uat')), allow('gateway:GetGatewayGroup', on('dev'))])
    await api.user('bob', [allow('gateway:Get<.*>', '<.*>')])
    await api.user('eve', [allow('gateway:<.*>', on('uat')), allow('gateway:Get<.*>', on('dev'))])
    assert.equal((await promote({}, await api.logIn('ann'))).status, 403)
    assert.equal((await promote({ dry_run: true }, await api.logIn('ann'))).status, 403)
    assert.equal((await promote({ dry_run: true }, await api.logIn('bob'))).status, 200)
    assert.equal((await promote({}, await api.logIn('bob'))).status, 403)
    assert.equal((await read('/routes')).body.total, 0)
    assert.equal((await promote({}, await api.logIn('eve'))).status, 201)
  })
})
