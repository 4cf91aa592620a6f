import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ADMIN, allow, BOOTSTRAP, IdentityApi, PASSWORD, VIEWER } from './identity-api.ts'

const setup = (more: object = {}) => ({ secret: BOOTSTRAP, username: 'root', password: PASSWORD, ...more })

describe('the first administrator', () => {
  it('is made with the one-time secret, which is then used up', async () => {
    const api = new IdentityApi()
    assert.equal((await api.call('POST', '/api/setup', setup({ secret: 'another-secret-than-it' }))).status, 401)
    const made = await api.call('POST', '/api/setup', setup())
    assert.equal(made.status, 201)
    assert.deepEqual(made.body.value.roles, ['super_admin'])
    assert.equal((await api.call('POST', '/api/setup', setup({ username: 'second' }))).status, 400)
    const session = await api.logIn('root')
    const me = await api.call('GET', '/api/me', undefined, session)
    assert.deepEqual([me.body.value.name, me.body.value.administrator], ['user root', true])
  })

  it('is made by an admin key where no secret is configured', async () => {
    const api = new IdentityApi({ bootstrap: null })
    assert.equal((await api.call('POST', '/api/setup', setup({ secret: '' }))).status, 401)
    const user = { username: 'root', password: PASSWORD, roles: ['super_admin'] }
    assert.equal((await api.call('POST', '/api/users', user)).status, 401)
    assert.equal((await api.call('POST', '/api/users', user, ADMIN)).status, 201)
  })

  it('stays: somebody who may do everything is always left', async () => {
    const api = new IdentityApi()
    await api.call('POST', '/api/setup', setup())
    assert.equal((await api.call('DELETE', '/api/users/root', undefined, ADMIN)).status, 400)
    assert.equal((await api.call('PUT', '/api/users/root', { username: 'root' }, ADMIN)).status, 400)
    const disabled = { username: 'root', roles: ['super_admin'], status: 'disabled' }
    assert.equal((await api.call('PUT', '/api/users/root', disabled, ADMIN)).status, 400)
    await api.call('POST', '/api/users', { username: 'other', roles: ['super_admin'] }, ADMIN)
    assert.equal((await api.call('DELETE', '/api/users/root', undefined, ADMIN)).status, 200)
  })
})

describe('users', () => {
  it('are listed in pages and shown without secrets', async () => {
    const api = new IdentityApi()
    for (const username of ['ann', 'bob', 'cy']) {
      assert.equal((await api.call('POST', '/api/users', { username, password: PASSWORD }, ADMIN)).status, 201)
    }
    const page = await api.call('GET', '/api/users?page=2&page_size=2', undefined, ADMIN)
    assert.equal(page.body.total, 3)
    assert.deepEqual(
      page.body.list.map((user: { username: string }) => user.username),
      ['cy'],
    )
    const { create_time, update_time, ...shown } = page.body.list[0]
    assert.deepEqual(shown, { username: 'cy', status: 'active', roles: [] })
    assert.ok(create_time > 0 && update_time >= create_time)
    const stored = JSON.stringify(api.store.read().get('users', 'ann')!.value)
    assert.ok(!stored.includes(PASSWORD), 'the password was stored')
    assert.match(stored, /"algorithm":"scrypt","cost":32768,"blockSize":8,"parallelization":3/)
  })

  it('are changed as a whole, or by JSON Patch, and keep their password', async () => {
    const api = new IdentityApi()
    await api.call('POST', '/api/users', { username: 'ann', password: PASSWORD, desc: 'one' }, ADMIN)
    assert.equal((await api.call('PUT', '/api/users/ann', { username: 'ann', desc: 'two' }, ADMIN)).status, 200)
    const patch = [{ op: 'add', path: '/email', value: 'ann@example.com' }]
    const patched = await api.call('PATCH', '/api/users/ann', patch, ADMIN)
    assert.deepEqual(
      [patched.status, patched.body.value.desc, patched.body.value.email],
      [200, 'two', 'ann@example.com'],
    )
    assert.ok((await api.logIn('ann')).cookie.startsWith('antipode_session='))
  })

  it('lose their sessions with a new password, when disabled, and when they log out', async () => {
    const api = new IdentityApi()
    await api.user('ann', [allow('gateway:Get<.*>', '<.*>')])
    const me = async (session: object) => (await api.call('GET', '/api/me', undefined, session)).status
    const [first, second] = [await api.logIn('ann'), await api.logIn('ann')]
    assert.deepEqual([await me(first), await me(second)], [200, 200])
    assert.equal((await api.call('POST', '/api/logout', undefined, first)).status, 200)
    assert.deepEqual([await me(first), await me(second)], [401, 401])

    const third = await api.logIn('ann')
    const change = { old_password: PASSWORD, new_password: 'another horse battery' }
    const changed = await api.call('PUT', '/api/me/password', change, third)
    assert.equal(changed.status, 200)
    const fourth = { cookie: String(changed.headers['set-cookie']).split(';')[0]! }
    assert.deepEqual([await me(third), await me(fourth)], [401, 200])
    const { body } = await api.call('GET', '/api/users/ann', undefined, ADMIN)
    const { create_time: _, update_time: __, ...user } = body.value
    await api.call('PUT', '/api/users/ann', { ...user, status: 'disabled' }, ADMIN)
    assert.equal(await me(fourth), 401)
    assert.equal((await api.call('POST', '/api/login', { username: 'ann', password: change.new_password })).status, 401)
  })

  it('cannot be given what is not there, and hold on to what they have', async () => {
    const api = new IdentityApi()
    await api.user('ann', [allow('<.*>', '<.*>')])
    const { roles } = (await api.call('GET', '/api/users/ann', undefined, ADMIN)).body.value
    const put = (user: object) => api.call('PUT', '/api/users/ann', { username: 'ann', ...user }, ADMIN)
    assert.match((await put({ roles: ['none'] })).body.error_msg, /role none not found/)
    assert.match((await put({ permission_boundary: 'none' })).body.error_msg, /permission policy none not found/)
    const role = await api.call('DELETE', `/api/roles/${roles[0]}`, undefined, ADMIN)
    assert.deepEqual([role.status, /user \[ann\] is still using/.test(role.body.error_msg)], [400, true])
    const [policy] = (await api.call('GET', `/api/roles/${roles[0]}`, undefined, ADMIN)).body.value.permission_policies
    assert.equal((await api.call('DELETE', `/api/permission_policies/${policy}`, undefined, ADMIN)).status, 400)
    for (const method of ['PUT', 'DELETE']) {
      assert.equal((await api.call(method, '/api/roles/super_admin', { name: 'x' }, ADMIN)).status, 400)
    }
  })

  it('are refused as such bodies should be', async () => {
    const api = new IdentityApi()
    const bad: [string, unknown][] = [
      ['/api/users', { username: 'a/b', password: PASSWORD }],
      ['/api/users', { username: '', password: PASSWORD }],
      ['/api/users', { username: 'ann', password: 'short' }],
      ['/api/users', { username: 'ann', session_key: 'mine' }],
      ['/api/users', { username: 'ann', roles: 'super_admin' }],
      ['/api/users', []],
      ['/api/users', undefined],
      ['/api/roles', {}],
      ['/api/permission_policies', { name: 'p', statement: [] }],
      ['/api/permission_policies', { name: 'p', statement: [allow('<a+>+', '<.*>')] }],
      ['/api/permission_policies', { name: 'p', statement: [{ ...allow('a', 'b'), effect: 'maybe' }] }],
      ['/api/tokens', { name: 't', expires_at: 'never' }],
      ['/api/tokens', { name: 't' }],
    ]
    for (const [url, body] of bad) {
      const answer = await api.call('POST', url, body, ADMIN)
      assert.equal(answer.status, 400, `${url} ${JSON.stringify(body)}`)
      assert.equal(typeof answer.body.error_msg, 'string')
    }
    for (const url of ['/api/users/%2e%2e', '/api/users/a%2Fb', '/api/users/ann/more', '/api/users/__proto__']) {
      assert.ok([400, 404].includes((await api.call('GET', url, undefined, ADMIN)).status), url)
    }
    assert.equal((await api.call('GET', '/api/users?page=0', undefined, ADMIN)).status, 400)
  })
})

describe('keys of the configuration', () => {
  it('keep their roles: a viewer reads the configuration and nothing of people', async () => {
    const api = new IdentityApi()
    const get = async (url: string, headers: object) => (await api.call('GET', url, undefined, headers)).status
    assert.equal(await get('/apisix/admin/routes', VIEWER), 200)
    const put = await api.call('PUT', '/apisix/admin/routes/1', { uri: '/' }, VIEWER)
    assert.deepEqual([put.status, put.body.description], [401, 'invalid method for role viewer'])
    await api.call('POST', '/api/setup', setup())
    assert.deepEqual((await api.call('GET', '/api/users', undefined, VIEWER)).body.list, [])
    assert.equal(await get('/api/users/root', VIEWER), 403)
    assert.equal(await get('/api/users/root', { authorization: 'Bearer the-admin-key' }), 200)
    assert.equal(await get('/api/users/root', { authorization: 'Bearer the-wrong-key' }), 401)
    assert.equal(await get('/api/users', {}), 401)
  })
})
