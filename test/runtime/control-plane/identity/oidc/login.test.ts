import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, before, describe, it, mock } from 'node:test'
import { AuditLog, type Incident } from '../../../../../runtime/control-plane/audit/audit-log.ts'
import { OidcProvider } from '../../../../../runtime/control-plane/identity/oidc/oidc-provider.ts'
import type { OidcSettings } from '../../../../../runtime/model/oidc-settings.ts'
import { ADMIN, type Answered, IdentityApi, PASSWORD } from '../identity-api.ts'
import { CALLBACK, CLIENT, OpenIdProvider, visit } from './openid-provider.ts'

let openid: OpenIdProvider

before(async () => {
  openid = await OpenIdProvider.start()
  openid.people['person-1'] = {
    ...{ preferred_username: 'ann', email: 'ann@example.com', email_verified: true, groups: ['platform', 'other'] },
  }
  openid.people['person-2'] = { preferred_username: 'bob', email: 'bob@else.example', email_verified: true }
})
after(() => openid.stop())
afterEach(() => {
  openid.tamper = undefined
  openid.failing = undefined
})

async function start(more: Partial<OidcSettings> = {}, audit?: AuditLog): Promise<IdentityApi> {
  const settings: OidcSettings = {
    ...{ id: 'corporate', name: 'Corporate', issuer: openid.issuer, clientId: CLIENT.client_id },
    ...{ clientSecret: { text: CLIENT.client_secret }, redirectUri: CALLBACK, afterLogin: '/' },
    ...{ scopes: ['openid', 'profile', 'email', 'groups'], usernameClaim: 'preferred_username' },
    ...{ roles: null, emailDomains: null, createUsers: true, ...more },
  }
  return new IdentityApi({ oidc: [await OidcProvider.open(settings)], ...(audit && { audit }) })
}

const cookieOf = ({ headers }: Answered) => ({ cookie: String(headers['set-cookie']).split(';')[0]! })

/** Leaves for the provider, as this person. */
async function leave(api: IdentityApi, person = 'person-1') {
  const answer = await api.call('GET', '/api/oidc/login')
  assert.equal(answer.status, 302, JSON.stringify(answer.body))
  openid.person = person
  const back = await visit(String(answer.headers.location))
  return { back, cookie: cookieOf(answer) }
}

const comeBack = (api: IdentityApi, back: URL, cookie: object) =>
  api.call('GET', `${back.pathname}${back.search}`, undefined, cookie)

async function logIn(api: IdentityApi, person?: string): Promise<Answered> {
  const { back, cookie } = await leave(api, person)
  return comeBack(api, back, cookie)
}

describe('logging in through an OpenID provider', () => {
  it('opens the session that a password would open, for a user who has none', async () => {
    const api = await start()
    assert.deepEqual((await api.call('GET', '/api/oidc/providers')).body.list, [{ id: 'corporate', name: 'Corporate' }])
    const begun = await api.call('GET', '/api/oidc/login?provider=corporate')
    const address = new URL(String(begun.headers.location))
    assert.equal(address.searchParams.get('code_challenge_method'), 'S256')
    assert.match(String(begun.headers['set-cookie']), /; Path=\/api\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/)

    const answer = await logIn(api)
    assert.deepEqual([answer.status, answer.headers.location], [302, '/'])
    assert.match(String(answer.headers['set-cookie']), /^antipode_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict;/)
    const me = await api.call('GET', '/api/me', undefined, cookieOf(answer))
    const { create_time: _, update_time: __, ...user } = me.body.value.user
    const expected = { username: 'ann', status: 'active', roles: [], provider: 'corporate', email: 'ann@example.com' }
    assert.deepEqual(user, expected)

    const byPassword = await api.call('POST', '/api/login', { username: 'ann', password: '' })
    assert.equal(byPassword.status, 401)
    const out = await api.call('POST', '/api/logout', undefined, cookieOf(answer))
    assert.match(out.body.logout_url, /\/session\/end\?client_id=antipode$/)
    assert.equal((await api.call('GET', '/api/me', undefined, cookieOf(answer))).status, 401)
  })

  it('gives the roles that the provider says, at each login anew', async () => {
    const roles = { claim: 'groups', map: { platform: ['super_admin'] }, default: [] }
    const api = await start({ roles })
    await api.call('POST', '/api/users', { username: 'root', password: PASSWORD, roles: ['super_admin'] }, ADMIN)
    const first = await logIn(api)
    assert.equal((await api.call('GET', '/api/me', undefined, cookieOf(first))).body.value.administrator, true)
    const written = api.store.read().get('users', 'ann')!.modifiedIndex
    await logIn(api)
    assert.equal(api.store.read().get('users', 'ann')!.modifiedIndex, written, 'what is known is not written again')
    openid.people['person-1'] = { ...openid.people['person-1'], groups: [] }
    const later = await logIn(api)
    openid.people['person-1'] = { ...openid.people['person-1'], groups: ['platform', 'other'] }
    assert.equal((await api.call('GET', '/api/me', undefined, cookieOf(later))).body.value.administrator, false)
    // The session before has lost the role as well.
    assert.equal((await api.call('GET', '/api/me', undefined, cookieOf(first))).body.value.administrator, false)
  })

  it('refuses a role that is not there, and says so', async () => {
    const api = await start({ roles: { claim: 'groups', map: { platform: ['nobodys'] }, default: [] } })
    const answer = await logIn(api)
    assert.deepEqual([answer.status, answer.body.code], [403, 'OIDC_FORBIDDEN'])
    assert.match(answer.body.error_msg, /role nobodys not found/)
  })

  it('keeps who is not known out, unless users are made', async () => {
    const api = await start({ createUsers: false })
    const unknown = await logIn(api)
    assert.deepEqual([unknown.status, unknown.body.code], [403, 'OIDC_FORBIDDEN'])
    assert.equal(api.store.read().list('users').length, 0)
    await api.call('POST', '/api/users', { username: 'ann', provider: 'corporate' }, ADMIN)
    assert.equal((await logIn(api)).status, 302)
  })

  it('never makes anybody a user that they are not', async () => {
    const api = await start()
    await api.call('POST', '/api/users', { username: 'ann', password: PASSWORD }, ADMIN)
    const taken = await logIn(api)
    assert.equal(taken.status, 403)
    assert.match(taken.body.error_msg, /does not log in this way/)

    assert.equal((await logIn(api, 'person-2')).status, 302)
    openid.people['person-3'] = { preferred_username: 'bob' }
    const another = await logIn(api, 'person-3')
    assert.equal(another.status, 403)
    assert.match(another.body.error_msg, /is somebody else/)
    // A name that changed at the provider changes nothing here.
    openid.people['person-2'] = { ...openid.people['person-2'], preferred_username: 'robert' }
    const renamed = await logIn(api, 'person-2')
    openid.people['person-2'] = { ...openid.people['person-2'], preferred_username: 'bob' }
    assert.equal((await api.call('GET', '/api/me', undefined, cookieOf(renamed))).body.value.name, 'user bob')
  })

  it('lets in only verified addresses of the domains that are allowed', async () => {
    const api = await start({ emailDomains: ['example.com'] })
    assert.equal((await logIn(api)).status, 302)
    assert.equal((await logIn(api, 'person-2')).status, 403)
    openid.people['person-4'] = { preferred_username: 'eve', email: 'eve@example.com', email_verified: false }
    assert.match((await logIn(api, 'person-4')).body.error_msg, /no verified e-mail address/)
  })

  it('keeps out a user who was disabled, and ends their sessions', async () => {
    const api = await start()
    const session = cookieOf(await logIn(api))
    await api.call('PUT', '/api/users/ann', { username: 'ann', provider: 'corporate', status: 'disabled' }, ADMIN)
    const answer = await logIn(api)
    assert.deepEqual([answer.status, answer.body.code], [403, 'OIDC_FORBIDDEN'])
    assert.equal((await api.call('GET', '/api/me', undefined, session)).status, 401)
  })

  it('gives no password to a user of a provider, and none to keep', async () => {
    const api = await start()
    const both = { username: 'ann', provider: 'corporate', password: PASSWORD }
    assert.equal((await api.call('POST', '/api/users', both, ADMIN)).status, 400)
    await api.call('POST', '/api/users', { username: 'ann', password: PASSWORD }, ADMIN)
    const session = await api.logIn('ann')
    await api.call('PUT', '/api/users/ann', { username: 'ann', provider: 'corporate' }, ADMIN)
    assert.equal((await api.call('GET', '/api/me', undefined, session)).status, 401)
    assert.equal((await api.call('POST', '/api/login', { username: 'ann', password: PASSWORD })).status, 401)
    assert.equal((await logIn(api)).status, 302)
  })
})

describe('the audit log', () => {
  it('names who logged in through a provider, and tells of who was refused', async (test) => {
    // Without a database it says in its own log what it was told.
    const told: Incident[] = []
    const logger = { info: (line: { incident: Incident }) => told.push(line.incident), warn: () => {} }
    const log = { region: 'east', database: 'postgres://127.0.0.1:1/none', retention: 3600, confirmed: () => 0 }
    const audit = new AuditLog({ ...log, logger: logger as never })
    test.after(() => audit.close())
    const api = await start({}, audit)
    await logIn(api)
    await api.call('GET', '/api/oidc/callback?code=a&state=b')
    await audit.close()
    assert.deepEqual(
      told.map(({ kind, by, status, path }) => [kind, by, status, path]),
      [
        ['login', 'user ann', 302, '/api/oidc/callback'],
        ['login', 'user unknown', 401, '/api/oidc/callback'],
      ],
    )
  })
})

describe('a login through an OpenID provider that was meddled with', () => {
  const refused = (answer: Answered, reason: RegExp) => {
    assert.deepEqual([answer.status, answer.body.code], [401, 'OIDC_REFUSED'], JSON.stringify(answer.body))
    assert.match(answer.body.error_msg, reason)
    assert.doesNotMatch(String(answer.headers['set-cookie']), /antipode_session/)
  }

  it('is refused with another state, and without the cookie of the browser that began', async () => {
    const api = await start()
    const { back, cookie } = await leave(api)
    const other = new URL(back)
    other.searchParams.set('state', 'another')
    refused(await comeBack(api, other, cookie), /state/)
    refused(await comeBack(api, back, {}), /this browser has begun none/)
    const changed = { cookie: `${cookie.cookie.slice(0, -4)}AAAA` }
    refused(await comeBack(api, back, changed), /this browser has begun none/)
    const theirs = await leave(api, 'person-2')
    refused(await comeBack(api, back, theirs.cookie), /state/)
  })

  it('is refused when it comes back too late', async (test) => {
    const api = await start()
    const { back, cookie } = await leave(api)
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 601_000 })
    test.after(() => mock.timers.reset())
    refused(await comeBack(api, back, cookie), /more than 10 minutes ago/)
  })

  it('is refused with a code that was redeemed before', async () => {
    const api = await start()
    const { back, cookie } = await leave(api)
    assert.equal((await comeBack(api, back, cookie)).status, 302)
    refused(await comeBack(api, back, cookie), /invalid_grant/)
  })

  it('is refused where the provider refused it', async () => {
    const api = await start()
    const { back, cookie } = await leave(api)
    back.searchParams.delete('code')
    back.searchParams.set('error', 'access_denied')
    refused(await comeBack(api, back, cookie), /access_denied/)
  })

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  for (const [what, tamper, reason] of [
    ['another nonce', ({ claims }) => Object.assign(claims, { nonce: 'another' }), /nonce/],
    ['another issuer', ({ claims }) => Object.assign(claims, { iss: 'https://evil.example' }), /iss/],
    ['another audience', ({ claims }) => Object.assign(claims, { aud: 'somebody' }), /aud/],
    ['a time that is over', ({ claims }) => Object.assign(claims, { exp: 1_700_000_000 }), /exp|timestamp/],
    ['a stranger’s signature', (token) => Object.assign(token, { key: stranger }), /signature/],
    // The rest of what is known of the person is asked for with the token of another.
    ['another subject', ({ claims }) => Object.assign(claims, { sub: 'person-2' }), /sub/],
  ] satisfies [string, OpenIdProvider['tamper'] & {}, RegExp][]) {
    it(`is refused with an ID token of ${what}`, async () => {
      const api = await start()
      openid.tamper = tamper
      refused(await logIn(api), reason)
      assert.equal(api.store.read().list('users').length, 0)
    })
  }

  it('is slowed down for who goes on, and for passwords from there as well', async () => {
    const api = await start()
    await api.call('POST', '/api/users', { username: 'eve', password: PASSWORD }, ADMIN)
    for (let failed = 0; failed < 20; failed++) {
      assert.equal((await api.call('GET', '/api/oidc/callback?code=a&state=b')).status, 401)
    }
    for (const url of ['/api/oidc/callback?code=a&state=b', '/api/oidc/login']) {
      const answer = await api.call('GET', url)
      assert.equal(answer.status, 429)
      assert.ok(Number(answer.headers['retry-after']) > 0)
    }
    assert.equal((await api.call('POST', '/api/login', { username: 'eve', password: PASSWORD })).status, 429)
    const elsewhere = await api.call('POST', '/api/login', { username: 'eve', password: PASSWORD }, {}, '192.0.2.9')
    assert.equal(elsewhere.status, 200)
  })
})

describe('an OpenID provider that is away', () => {
  it('is answered with 503, counts against nobody, and keeps nobody else out', async () => {
    const api = await start()
    await api.call('POST', '/api/users', { username: 'eve', password: PASSWORD }, ADMIN)
    await openid.stop()
    try {
      for (let failed = 0; failed < 25; failed++) {
        const answer = await api.call('GET', '/api/oidc/login')
        assert.deepEqual([answer.status, answer.body.code], [503, 'OIDC_UNREACHABLE'])
      }
      assert.equal((await api.call('POST', '/api/login', { username: 'eve', password: PASSWORD })).status, 200)
    } finally {
      await openid.comeBack()
    }
    assert.equal((await logIn(api)).status, 302)
    const { back, cookie } = await leave(api)
    openid.failing = 502
    const answer = await comeBack(api, back, cookie)
    assert.deepEqual([answer.status, answer.body.code], [503, 'OIDC_UNREACHABLE'])
  })

  it('is not asked for when a control plane starts, but the file with its secret is read', async (test) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
    test.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = path.join(folder, 'secret')
    await assert.rejects(start({ clientSecret: { file } }), { code: 'CONFIG_INVALID' })
    writeFileSync(file, `${CLIENT.client_secret}\n`)
    const api = await start({ clientSecret: { file } })
    assert.equal((await logIn(api)).status, 302)
  })
})
