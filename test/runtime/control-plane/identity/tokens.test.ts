import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { ADMIN, allow, IdentityApi } from './identity-api.ts'

const CONSUMERS = '/apisix/admin/consumers'
const jack = { username: 'jack' }

describe('tokens', () => {
  it('are shown once, and kept as a hash', async () => {
    const api = new IdentityApi()
    const statement = [allow('<.*>', '<.*>')]
    const made = await api.call('POST', '/api/tokens', { name: 'ci', statement }, ADMIN)
    assert.equal(made.status, 201)
    const { id, token, owner } = made.body.value
    assert.match(token, /^a7ee-[0-9a-f]{24}-[\w-]{43}$/)
    assert.equal(owner, null)
    const stored = JSON.stringify(api.store.read().get('tokens', id)!.value)
    assert.ok(!stored.includes(token.slice(30)))
    const again = await api.call('GET', `/api/tokens/${id}`, undefined, ADMIN)
    assert.deepEqual(
      Object.keys(again.body.value).filter((key) => ['token', 'hash'].includes(key)),
      [],
    )
    for (const headers of [{ 'x-api-key': token }, { authorization: `Bearer ${token}` }]) {
      assert.equal((await api.call('PUT', `${CONSUMERS}/jack`, jack, headers)).status < 300, true)
    }
    assert.equal((await api.call('GET', `${CONSUMERS}?api_key=${token}`)).status, 200)
  })

  it('are not told again to who repeats the write', async () => {
    const api = new IdentityApi()
    const headers = { ...ADMIN, 'x-antipode-write': '0198f3b2-7c1d-7abc-8def-0123456789ab' }
    const order = { name: 'ci', statement: [allow('<.*>', '<.*>')] }
    const first = await api.call('POST', '/api/tokens', order, headers)
    const second = await api.call('POST', '/api/tokens', order, headers)
    assert.equal(second.body.value.id, first.body.value.id)
    assert.equal(second.body.value.token, undefined)
  })

  it('may do what their statements allow, of what their user may', async () => {
    const api = new IdentityApi()
    await api.user('ann', [allow('gateway:<.*>Consumer', '<.*>')])
    const session = await api.logIn('ann')
    const make = async (more: object) => {
      const { body } = await api.call('POST', '/api/tokens', { name: 't', ...more }, session)
      return { 'x-api-key': body.value.token as string }
    }
    const put = async (url: string, body: object, token: object) => (await api.call('PUT', url, body, token)).status
    const all = await make({})
    const reading = await make({ statement: [allow('gateway:Get<.*>', '<.*>')] })
    const wide = await make({ statement: [allow('<.*>', '<.*>')] })
    assert.equal(await put(`${CONSUMERS}/jack`, jack, all), 201)
    assert.equal(await put(`${CONSUMERS}/jack`, jack, reading), 403)
    assert.equal((await api.call('GET', `${CONSUMERS}/jack`, undefined, reading)).status, 200)
    assert.equal(await put('/apisix/admin/routes/1', { uri: '/', upstream: { nodes: {} } }, wide), 403)
    assert.equal((await api.call('GET', '/api/me', undefined, all)).body.value.name, 'token t of user ann')
    // None of them makes, shows or revokes another.
    assert.equal((await api.call('POST', '/api/tokens', { name: 'more' }, all)).status, 403)
    assert.deepEqual((await api.call('GET', '/api/tokens', undefined, all)).body.list, [])
    assert.equal((await api.call('PUT', '/api/me/password', {}, all)).status, 403)
    await api.call('DELETE', '/api/users/ann', undefined, ADMIN)
    assert.equal((await api.call('GET', CONSUMERS, undefined, all)).status, 401)
    assert.deepEqual(api.store.read().list('tokens'), [])
  })

  it('are seen and revoked by their user, and by nobody else who may not', async () => {
    const api = new IdentityApi()
    for (const name of ['ann', 'bob']) await api.user(name, [allow('gateway:<.*>', '<.*>')])
    const [ann, bob] = [await api.logIn('ann'), await api.logIn('bob')]
    const { id, token } = (await api.call('POST', '/api/tokens', { name: 'hers' }, ann)).body.value
    assert.equal((await api.call('GET', '/api/tokens', undefined, ann)).body.total, 1)
    assert.equal((await api.call('GET', '/api/tokens', undefined, bob)).body.total, 0)
    assert.equal((await api.call('DELETE', `/api/tokens/${id}`, undefined, bob)).status, 403)
    assert.equal((await api.call('GET', CONSUMERS, undefined, { 'x-api-key': token })).status, 200)
    assert.equal((await api.call('DELETE', `/api/tokens/${id}`, undefined, ann)).status, 200)
    assert.equal((await api.call('GET', CONSUMERS, undefined, { 'x-api-key': token })).status, 401)
  })

  it('end when they expire, and are then removed', async (test) => {
    const api = new IdentityApi()
    const order = { name: 'short', statement: [allow('<.*>', '<.*>')], expires_at: Math.floor(Date.now() / 1000) + 60 }
    const { token, id } = (await api.call('POST', '/api/tokens', order, ADMIN)).body.value
    const status = async () => (await api.call('GET', CONSUMERS, undefined, { 'x-api-key': token })).status
    assert.equal(await status(), 200)
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
    test.after(() => mock.timers.reset())
    assert.equal(await status(), 401)
    assert.equal(api.store.read().get('tokens', id), undefined)
  })

  it('are refused where they are forged, cut or of another', async () => {
    const api = new IdentityApi()
    const order = { name: 'ci', statement: [allow('<.*>', '<.*>')] }
    const { token, id } = (await api.call('POST', '/api/tokens', order, ADMIN)).body.value
    const { hash } = api.store.read().get('tokens', id)!.value
    const forged = [
      ...[
        token.slice(0, -1),
        `${token}x`,
        token.toUpperCase(),
        `a7ee-${id}-`,
        `a7ee-${id}-${hash}`,
        'a7ee-',
        'a7ee-__proto__',
      ],
      `a7ee-${'0'.repeat(24)}-${token.slice(-43)}`,
      `a7ee-${id}-${'A'.repeat(43)}`,
    ]
    for (const text of forged) {
      const answer = await api.call('GET', CONSUMERS, undefined, { 'x-api-key': text })
      assert.deepEqual([answer.status, answer.body.description], [401, 'wrong apikey'], text)
    }
  })
})
