import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { ADMIN, allow, IdentityApi, PASSWORD } from './identity-api.ts'

const GROUP = 'arn:api7:gateway:gatewaygroup/default'
const UPSTREAM = { nodes: { '127.0.0.1:80': 1 } }
const ROUTES = '/apisix/admin/routes'

describe('what a user may do', () => {
  let api: IdentityApi
  beforeEach(async () => {
    api = new IdentityApi()
    for (const team of ['shop', 'bank']) {
      await api.call('PUT', `/apisix/admin/services/${team}`, { upstream: UPSTREAM, labels: { team } }, ADMIN)
      await api.call('PUT', `${ROUTES}/${team}-1`, { uri: `/${team}`, service_id: team }, ADMIN)
    }
    await api.call('PUT', '/apisix/admin/consumers/jack', { username: 'jack' }, ADMIN)
  })
  const as = async (statement: unknown[], more: object = {}) => {
    await api.user('ann', statement, more)
    const session = await api.logIn('ann')
    return async (method: string, url: string, body?: unknown) => (await api.call(method, url, body, session)).status
  }

  it('is nothing without a role', async () => {
    await api.call('POST', '/api/users', { username: 'nobody', password: PASSWORD }, ADMIN)
    const session = await api.logIn('nobody')
    assert.deepEqual((await api.call('GET', ROUTES, undefined, session)).body, { list: [], total: 0 })
    const one = await api.call('GET', `${ROUTES}/shop-1`, undefined, session)
    assert.equal(one.status, 403)
    const needed = 'gateway:GetPublishedService on arn:api7:gateway:gatewaygroup/default/publishedservice/shop'
    assert.equal(one.body.error_msg, `user nobody is not allowed ${needed}`)
    assert.equal((await api.call('PUT', `${ROUTES}/x`, { uri: '/', upstream: UPSTREAM }, session)).status, 403)
    assert.equal(api.store.read().get('routes', 'x'), undefined)
  })

  it('is decided by the service that routes and upstreams belong to, as in API7', async () => {
    const call = await as([allow('<.*>', `${GROUP}/publishedservice/shop`)])
    assert.equal(await call('GET', `${ROUTES}/shop-1`), 200)
    assert.equal(await call('GET', `${ROUTES}/bank-1`), 403)
    assert.equal(await call('PUT', `${ROUTES}/shop-2`, { uri: '/2', service_id: 'shop' }), 201)
    assert.equal(await call('PUT', '/apisix/admin/upstreams/shop', UPSTREAM), 201)
    assert.equal(await call('PUT', '/apisix/admin/upstreams/other', UPSTREAM), 403)
    // Neither away to another service, nor from one.
    assert.equal(await call('PUT', `${ROUTES}/shop-1`, { uri: '/', service_id: 'bank' }), 403)
    assert.equal(await call('PUT', `${ROUTES}/bank-1`, { uri: '/', service_id: 'shop' }), 403)
    assert.equal(await call('PATCH', `${ROUTES}/shop-1/service_id`, 'bank'), 403)
    assert.equal(await call('DELETE', `${ROUTES}/bank-1`), 403)
    assert.equal(await call('DELETE', `${ROUTES}/shop-1`), 200)
  })

  it('is decided by labels as they are and as they become', async () => {
    const conditions = {
      service_label: { type: 'MatchLabel', options: { key: 'team', operator: 'exact_match', value: 'shop' } },
    }
    const call = await as([allow('<.*>', `${GROUP}/publishedservice/<.*>`, { conditions })])
    const service = (team: string) => ({ upstream: UPSTREAM, labels: { team } })
    assert.equal(await call('PUT', '/apisix/admin/services/shop', service('shop')), 200)
    assert.equal(await call('PUT', '/apisix/admin/services/shop', service('bank')), 403)
    assert.equal(await call('PUT', '/apisix/admin/services/bank', service('shop')), 403)
    assert.equal(await call('PUT', '/apisix/admin/services/new', service('shop')), 201)
    assert.equal(await call('PUT', '/apisix/admin/services/newer', service('bank')), 403)
    const list = await api.call('GET', '/apisix/admin/services', undefined, await api.logIn('ann'))
    assert.deepEqual(
      list.body.list.map(({ key }: { key: string }) => key),
      ['new', 'shop'].map((id) => `/apisix/services/${id}`),
    )
    assert.equal(list.body.total, 2)
  })

  it('is denied by whatever denies it', async () => {
    const deny = { ...allow('gateway:<.*>ConsumerCredential', '<.*>'), effect: 'deny' }
    const call = await as([allow('<.*>', '<.*>'), deny])
    const credential = { plugins: { 'key-auth': { key: 'k' } } }
    assert.equal(await call('PUT', '/apisix/admin/consumers/jack/credentials/1', credential), 403)
    assert.equal(await call('PUT', '/apisix/admin/consumers/jack', { username: 'jack', desc: 'hello' }), 200)
  })

  it('is no more than the permission boundary allows, super admin or not', async () => {
    const statement = [allow('gateway:<.*>Consumer', '<.*>')]
    const { body } = await api.call('POST', '/api/permission_policies', { name: 'boundary', statement }, ADMIN)
    const bounded = { roles: ['super_admin'], permission_boundary: body.value.id }
    const call = await as([allow('<.*>', '<.*>')], bounded)
    assert.equal(await call('PUT', '/apisix/admin/consumers/jill', { username: 'jill' }), 201)
    assert.equal(await call('DELETE', `${ROUTES}/shop-1`), 403)
    assert.equal(await call('GET', '/api/users/ann'), 403)
  })

  it('tells creating from updating by what is there, however it is written', async () => {
    const call = await as([allow('gateway:CreateConsumer', `${GROUP}/consumer/*`)])
    assert.equal(await call('PUT', '/apisix/admin/consumers/jill', { username: 'jill' }), 201)
    assert.equal(await call('PUT', '/apisix/admin/consumers/jill', { username: 'jill' }), 403)
    assert.equal(await call('GET', '/apisix/admin/consumers/jill'), 403)
  })

  it('is the same on the surface of API7 Enterprise', async () => {
    const call = await as([allow('<.*>', `${GROUP}/publishedservice/shop`)])
    const group = '?gateway_group_id=default'
    const groups = async (headers: object) =>
      (await api.call('GET', '/api/gateway_groups', undefined, headers)).body.total
    assert.deepEqual([await groups(await api.logIn('ann')), await groups(ADMIN)], [0, 1])
    assert.equal(await call('GET', '/api/gateway_groups/default'), 404)
    const service = { name: 'shop', upstream: { nodes: [{ host: '127.0.0.1', port: 80, weight: 1 }] } }
    assert.equal(await call('PUT', `/apisix/admin/services/shop${group}`, service), 200)
    assert.equal(await call('PUT', `/apisix/admin/services/bank${group}`, { ...service, name: 'bank' }), 403)
    const list = await api.call('GET', `/apisix/admin/services${group}`, undefined, await api.logIn('ann'))
    assert.deepEqual(
      list.body.list.map(({ id }: { id: string }) => id),
      ['shop'],
    )
  })

  it('does not grow by writing users: only who may do everything makes others of the kind', async () => {
    const call = await as([allow('iam:<.*>', '<.*>')])
    const other = { username: 'other', password: PASSWORD }
    assert.equal(await call('POST', '/api/users', other), 201)
    assert.equal(await call('PUT', '/api/users/other', { ...other, roles: ['super_admin'] }), 403)
    const { roles } = (await api.call('GET', '/api/users/ann', undefined, ADMIN)).body.value
    assert.equal(await call('PUT', '/api/users/ann', { username: 'ann', roles: [...roles, 'super_admin'] }), 403)
    await api.call('POST', '/api/users', { username: 'root', roles: ['super_admin'] }, ADMIN)
    assert.equal(await call('PUT', '/api/users/root', { username: 'root', password: PASSWORD }), 403)
  })

  it('includes a new password for another only where that is allowed by itself', async () => {
    const call = await as([allow('iam:<.*>User<.*>', '<.*>')])
    await api.call('POST', '/api/users', { username: 'bob', password: PASSWORD }, ADMIN)
    assert.equal(await call('PUT', '/api/users/bob', { username: 'bob', desc: 'hello' }), 200)
    assert.equal(await call('PUT', '/api/users/bob', { username: 'bob', password: 'a password of mine' }), 403)
  })
})
