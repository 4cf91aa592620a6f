import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ADMIN, allow, IdentityApi, PASSWORD } from './identity-api.ts'

const VALID: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['users', { username: 'ann', email: 'a@example.com', labels: { a: 'b' }, status: 'active', roles: ['super_admin'] }],
  ['roles', { name: 'one', desc: 'two', labels: { a: 'b' }, permission_policies: [] }],
  ['permission_policies', { name: 'one', statement: [allow('<.*>', '<.*>')] }],
  ['tokens', { name: 'one', statement: [allow('<.*>', '<.*>')], expires_at: 4_000_000_000 }],
  ['login', { username: 'ann', password: 'a wrong password' }],
  ['setup', { secret: 'a wrong secret', username: 'ann', password: PASSWORD }],
  ['me/password', { old_password: 'a', new_password: PASSWORD }],
  ['logout', {}],
]

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'password', 'session_key', 'hash', 'owner'),
  fc.string(),
)
const spoil = fc.oneof(
  fc.constant((body: object) => body),
  fc.tuple(key, fc.jsonValue()).map(([name, value]) => (body: object) => ({ ...body, [name]: value })),
  fc.tuple(fc.nat(), fc.jsonValue()).map(([at, value]) => (body: object) => {
    const names = Object.keys(body)
    return names.length === 0 ? value : { ...body, [names[at % names.length]!]: value }
  }),
  fc
    .nat()
    .map((at) => (body: object) => Object.fromEntries(Object.entries(body).filter((_, index) => index !== at % 4))),
  fc.jsonValue().map((value) => () => value),
)
const step = fc.oneof(
  fc.constantFrom('', '/super_admin', '/ann', '/%00', '/..%2f', '/a/b/c', '/__proto__', `/${'x'.repeat(500)}`, '/%ff'),
  fc.string().map((text) => `/${encodeURIComponent(text)}`),
)
const query = fc.oneof(
  fc.constantFrom('', '?page=-1', '?page=1e9&page_size=1', '?page_size=NaN', '?search=%00', '?search[]=a'),
  fc.webQueryParameters().map((text) => `?${text}`),
)

describe('users, roles, policies, tokens and logins', () => {
  it('answer whatever is sent to them with what is wrong, and never fail', async () => {
    const api = new IdentityApi()
    const call = fc.record({
      what: fc.constantFrom(...VALID),
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      ...{ spoil, step, query },
    })
    await fc.assert(
      fc.asyncProperty(call, async ({ what: [path, valid], method, spoil, step, query }) => {
        const url = `/api/${path}${step}${query}`
        const body = method === 'GET' ? undefined : spoil(valid)
        const answer = await api.call(method, url, body, ADMIN)
        const told = `${method} ${url} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body)}`
        assert.ok(answer.status < 500, told)
        if (answer.status >= 400) assert.equal(typeof (answer.body.error_msg ?? answer.body.message), 'string', told)
        assert.equal(({} as Record<string, unknown>).polluted, undefined)
      }),
      { numRuns: 600 },
    )
  })

  it('take patches that cannot be applied as wrong', async () => {
    const api = new IdentityApi()
    await api.call('PUT', '/api/users/ann', { username: 'ann' }, ADMIN)
    const patches: unknown[] = [
      [{ op: 'add', path: '/session_key', value: 'mine' }],
      [{ op: 'add', path: '/create_time', value: 1 }],
      [{ op: 'add', path: '/__proto__/polluted', value: 1 }],
      [{ op: 'replace', path: '/username', value: 'bob' }],
      [{ op: 'copy', from: '/none', path: '/desc' }],
      [{ op: 'test', path: '/status', value: 'disabled' }],
      [{ op: 'add', path: '/roles/-', value: 'none' }],
      { op: 'add' },
      'text',
      undefined,
    ]
    for (const patch of patches) {
      const answer = await api.call('PATCH', '/api/users/ann', patch, ADMIN)
      assert.equal(answer.status, 400, `${JSON.stringify(patch)} ${JSON.stringify(answer.body)}`)
    }
    assert.equal((await api.call('PATCH', '/api/users/none', [], ADMIN)).status, 404)
  })
})
