import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { ControlPlaneFleet, until } from '../control-plane-fleet.ts'
import { allow, PASSWORD } from './identity-api.ts'
import { CALLBACK, CLIENT, OpenIdProvider, visit } from './oidc/openid-provider.ts'

describe('identities with three control planes in a region', () => {
  let fleet: ControlPlaneFleet
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east'], 3)
  })
  after(() => fleet?.close())

  const call = (at: number, method: string, where: string, body?: unknown, headers = {}) =>
    fleet.admin('east', at, method, where, body, headers)
  const whoAmI = async (at: number, headers: object) =>
    (await call(at, 'GET', '/api/me', undefined, headers)).body.value.name
  const ALL = [0, 1, 2]

  it('sessions and tokens work at each from the moment they are made, until they are revoked', async () => {
    const user = { username: 'ann', password: PASSWORD, roles: ['super_admin'] }
    assert.equal((await call(0, 'POST', '/api/users', user)).status, 201)
    for (const at of ALL) {
      const login = await call(at, 'POST', '/api/login', { username: 'ann', password: PASSWORD })
      assert.equal(login.status, 200)
      const session = { cookie: String(login.headers['set-cookie']).split(';')[0]! }
      const statement = [allow('gateway:<.*>', '<.*>')]
      const made = await call(at, 'POST', '/api/tokens', { name: `at ${at}`, statement }, session)
      const { id, token } = made.body.value
      const shown = { 'x-api-key': token }
      for (const other of ALL) {
        assert.equal(await whoAmI(other, session), 'user ann')
        assert.equal(await whoAmI(other, shown), `token at ${at} of user ann`)
        assert.ok((await call(other, 'PUT', '/consumers/jack', { username: 'jack' }, shown)).status < 300)
        assert.equal((await call(other, 'POST', '/api/users', { username: 'bob' }, shown)).status, 403)
      }
      const [first, second] = ALL.filter((other) => other !== at) as [number, number]
      assert.equal((await call(first, 'DELETE', `/api/tokens/${id}`, undefined, session)).status, 200)
      for (const other of ALL) assert.equal(await whoAmI(other, shown), 'anonymous')
      assert.equal((await call(second, 'POST', '/api/logout', undefined, session)).status, 200)
      for (const other of ALL) assert.equal(await whoAmI(other, session), 'anonymous')
    }
  })

  it('tell the same audit log at each, and each thing once', async () => {
    const leader = await fleet.leaderOf('east')
    const member = ALL.find((at) => at !== leader)!
    await call(member, 'POST', '/api/login', { username: 'nobody', password: PASSWORD })
    const nobody = encodeURIComponent('user nobody')
    const told = async (at: number, query: string) => (await call(at, 'GET', `/api/audit_logs?${query}`)).body
    await until('it is written', async () => (await told(leader, `by=${nobody}`)).total > 0)
    for (const at of ALL) assert.equal((await told(at, `by=${nobody}`)).total, 1)
    await call(member, 'PUT', '/consumers/once', { username: 'once' })
    for (const at of ALL) assert.equal((await told(at, 'resource_type=consumers&resource_id=once')).total, 1)
  })

  it('a key of a gateway group works at each, for that group alone', async () => {
    const leader = await fleet.leaderOf('east')
    const member = ALL.find((at) => at !== leader)!
    assert.equal((await call(member, 'PUT', '/api/gateway_groups/dev', { name: 'dev' })).status, 201)
    const { key } = (await call(member, 'PUT', '/api/gateway_groups/dev/admin_key')).body.value
    const shown = { 'x-api-key': key }
    for (const at of ALL) {
      assert.equal((await call(at, 'PUT', `/services/at-${at}`, { name: `at ${at}` }, shown)).status, 201)
      for (const other of ALL) {
        assert.equal((await call(other, 'GET', `/services/at-${at}`, undefined, shown)).status, 200)
        assert.equal((await call(other, 'GET', `/services/at-${at}`)).status, 404, 'it is in the group default')
        const elsewhere = await call(other, 'GET', '/services?gateway_group_id=default', undefined, shown)
        assert.equal(elsewhere.status, 403)
        assert.equal((await call(other, 'GET', '/api/gateway_groups/dev/instances', undefined, shown)).body.total, 0)
      }
    }
    const promotion = { source: 'dev', service: 'at-0' }
    assert.equal((await call(member, 'POST', '/api/gateway_groups/default/promotions', promotion)).status, 201)
    for (const at of ALL) assert.equal((await call(at, 'GET', '/services/at-0')).status, 200)
  })

  it('outlive their leader', async () => {
    const login = await call(0, 'POST', '/api/login', { username: 'ann', password: PASSWORD })
    const session = { cookie: String(login.headers['set-cookie']).split(';')[0]! }
    const leader = await fleet.leaderOf('east')
    await fleet.kill('east', leader)
    await fleet.serving('east')
    for (const at of ALL.filter((other) => other !== leader)) assert.equal(await whoAmI(at, session), 'user ann')
  })

  it('let somebody leave for an OpenID provider at one and come back to another', async (test) => {
    const openid = await OpenIdProvider.start()
    test.after(() => openid.stop())
    openid.people['person-1'] = { preferred_username: 'zoe' }
    openid.person = 'person-1'
    const provider = {
      ...{ id: 'corporate', issuer: openid.issuer, redirect_uri: CALLBACK, create_users: true },
      ...CLIENT,
    }
    for (const [at, { config }] of fleet.processes.east.entries()) {
      const text = JSON.parse(readFileSync(config, 'utf8'))
      text.antipode.identity = { oidc: [provider] }
      writeFileSync(config, JSON.stringify(text))
      await fleet.kill('east', at)
      fleet.launch('east', at)
    }
    await fleet.serving('east')
    const leader = await fleet.leaderOf('east')
    const [one, another] = ALL.filter((at) => at !== leader) as [number, number]
    const begun = await call(one, 'GET', '/api/oidc/login')
    assert.equal(begun.status, 302)
    const back = await visit(String(begun.headers.location))
    const cookie = String(begun.headers['set-cookie']).split(';')[0]!
    const answer = await call(another, 'GET', `${back.pathname}${back.search}`, undefined, { cookie })
    assert.equal(answer.status, 302, JSON.stringify(answer.body))
    const session = { cookie: String(answer.headers['set-cookie']).split(';')[0]! }
    for (const at of ALL) assert.equal(await whoAmI(at, session), 'user zoe')
    const told = async () => {
      const query = `kind=login&by=${encodeURIComponent('user zoe')}`
      return (await call(leader, 'GET', `/api/audit_logs?${query}`)).body.total
    }
    await until('it is noted', async () => (await told()) > 0)
    assert.equal(await told(), 1)
  })
})
