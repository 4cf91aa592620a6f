import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ControlPlaneFleet, until } from '../control-plane-fleet.ts'
import { allow, PASSWORD } from './identity-api.ts'

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

  it('outlive their leader', async () => {
    const login = await call(0, 'POST', '/api/login', { username: 'ann', password: PASSWORD })
    const session = { cookie: String(login.headers['set-cookie']).split(';')[0]! }
    const leader = await fleet.leaderOf('east')
    await fleet.kill('east', leader)
    await fleet.serving('east')
    for (const at of ALL.filter((other) => other !== leader)) assert.equal(await whoAmI(at, session), 'user ann')
  })
})
