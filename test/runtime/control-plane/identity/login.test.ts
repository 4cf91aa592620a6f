import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { LoginLimit } from '../../../../runtime/control-plane/identity/login-limit.ts'
import { ADMIN, allow, IdentityApi, PASSWORD } from './identity-api.ts'

describe('logging in', () => {
  it('opens a session that scripts and other sites cannot use', async () => {
    const api = new IdentityApi()
    await api.user('ann', [allow('<.*>', '<.*>')])
    const answer = await api.call('POST', '/api/login', { username: 'ann', password: PASSWORD })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const cookie = String(answer.headers['set-cookie'])
    assert.match(cookie, /^antipode_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=3600$/)
    const tls = { 'x-forwarded-proto': 'https' }
    const secure = await api.call('POST', '/api/login', { username: 'ann', password: PASSWORD }, tls)
    assert.match(String(secure.headers['set-cookie']), /; Secure$/)

    const session = { cookie: cookie.split(';')[0]! }
    const put = async (headers: object) =>
      (await api.call('PUT', '/apisix/admin/consumers/jack', { username: 'jack' }, { ...session, ...headers })).status
    assert.equal(await put({ origin: 'https://evil.example', host: 'cp.example' }), 401)
    assert.equal(await put({ 'sec-fetch-site': 'cross-site' }), 401)
    assert.equal(await put({ 'sec-fetch-site': 'same-site' }), 401)
    assert.equal(await put({ 'sec-fetch-site': 'same-origin' }), 201)
    assert.equal(await put({ origin: 'https://cp.example', host: 'cp.example' }), 200)
  })

  it('says the same of a wrong password and of a user who is not there', async () => {
    const api = new IdentityApi()
    await api.call('POST', '/api/users', { username: 'bob', password: PASSWORD }, ADMIN)
    const wrong = await api.call('POST', '/api/login', { username: 'bob', password: 'wrong password' })
    const nobody = await api.call('POST', '/api/login', { username: 'nobody', password: 'wrong password' })
    assert.deepEqual([wrong.status, wrong.body], [401, { error_msg: 'wrong username or password' }])
    assert.deepEqual([nobody.status, nobody.body], [wrong.status, wrong.body])
  })

  it('refuses a session that was changed, is of another, or has ended', async (test) => {
    const api = new IdentityApi({ sessionTtl: 60 })
    for (const username of ['ann', 'bob']) {
      await api.call('POST', '/api/users', { username, password: PASSWORD }, ADMIN)
    }
    const { cookie } = await api.logIn('ann')
    const [user, endsAt, mac] = cookie.slice('antipode_session='.length).split(':') as [string, string, string]
    const me = async (session: string) =>
      (await api.call('GET', '/api/me', undefined, { cookie: `antipode_session=${session}` })).status
    assert.equal(await me(`${user}:${endsAt}:${mac}`), 200)
    const bob = Buffer.from('bob').toString('base64url')
    const changed = [`${bob}:${endsAt}:${mac}`, `${user}:${Number(endsAt) + 1}:${mac}`, `${user}:${endsAt}:`, '::', 'x']
    for (const session of [...changed, `${user}:${endsAt}:${mac}x`, `${user}:Infinity:${mac}`]) {
      assert.equal(await me(session), 401, session)
    }
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
    test.after(() => mock.timers.reset())
    assert.equal(await me(`${user}:${endsAt}:${mac}`), 401)
  })

  it('is slowed down for who guesses, from there alone', async () => {
    const api = new IdentityApi()
    await api.call('POST', '/api/users', { username: 'ann', password: PASSWORD }, ADMIN)
    const logIn = (password: string, from: string) =>
      api.call('POST', '/api/login', { username: 'ann', password }, {}, from)
    const guesses = await Promise.all(Array.from({ length: 8 }, () => logIn('a wrong password', '192.0.2.1')))
    const statuses = guesses.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429])
    const late = await logIn(PASSWORD, '192.0.2.1')
    assert.equal(late.status, 429)
    assert.ok(Number(late.headers['retry-after']) > 0)
    assert.equal((await logIn(PASSWORD, '192.0.2.2')).status, 200)
  })
})

describe('the limit of logins', () => {
  it('forgets failures after their time, and successes at once', () => {
    const limit = new LoginLimit()
    for (let at = 0; at < 200; at++) (limit.attempt('ann', '192.0.2.1', at) as () => void)()
    for (let at = 0; at < 5; at++) assert.equal(typeof limit.attempt('ann', '192.0.2.1', 1_000), 'function')
    assert.equal(limit.attempt('ann', '192.0.2.1', 1_000), 900)
    assert.equal(typeof limit.attempt('ann', '192.0.2.1', 1_000 + 15 * 60_000), 'function')
  })

  it('counts an address whatever names it tries, and a whole network of IPv6', () => {
    const limit = new LoginLimit()
    for (let at = 0; at < 20; at++) limit.attempt(`user${at}`, `2001:db8::${at}`, 0)
    assert.equal(typeof limit.attempt('another', '2001:db8::ffff', 0), 'number')
    assert.equal(typeof limit.attempt('another', '2001:db8:0:1::1', 0), 'function')
  })

  it('counts a user wherever the guesses come from', () => {
    const limit = new LoginLimit()
    for (let at = 0; at < 50; at++) limit.attempt('ann', `10.0.0.${at}`, 0)
    assert.equal(typeof limit.attempt('ann', '10.0.1.1', 0), 'number')
  })
})

describe('where nobody has to say who they are', () => {
  it('everything is allowed, and who says it is held to it', async () => {
    const api = new IdentityApi({ keyRequired: false })
    const put = async (headers: object) =>
      (await api.call('PUT', '/apisix/admin/consumers/jack', { username: 'jack' }, headers)).status
    assert.equal(await put({}), 201)
    await api.user('ann', [allow('gateway:Get<.*>', '<.*>')])
    const session = await api.logIn('ann')
    assert.equal(await put(session), 403)
    assert.equal((await api.call('GET', '/api/me')).body.value.name, 'anonymous')
  })
})
