import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { AuditLog } from '../../../../runtime/control-plane/audit/audit-log.ts'
import { nextEpoch } from '../../../../runtime/model/version.ts'
import { type Side, TwoRegions, until } from '../two-regions.ts'
import { allow, PASSWORD } from './identity-api.ts'

const ROUTE = { uri: '/orders', upstream: { nodes: { '127.0.0.1:8081': 1 } } }
const SECRET = 'a-planted-secret'

interface Entry {
  readonly kind: string
  readonly by: string
  readonly address: string
  readonly method: string | null
  readonly path: string | null
  readonly status: number
  readonly write: string | null
  readonly revision: number | null
  readonly changes: {
    group?: string
    type: string
    id: string
    before: unknown
    after: Record<string, unknown> | null
  }[]
}

describe('identities and the audit log in two regions', () => {
  let regions: TwoRegions
  before(async () => {
    regions = await TwoRegions.start()
  })
  after(() => regions?.close())

  const call = async (side: Side, method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await regions.admin(side, method, path, body, headers)
    // biome-ignore lint/suspicious/noExplicitAny: tests look into it and fail where it is something else
    return { ...answer, body: answer.body as any }
  }
  const entries = async (side: Side, query = ''): Promise<Entry[]> =>
    (await call(side, 'GET', `/api/audit_logs?page_size=500&${query}`)).body.list
  const caughtUp = () =>
    until('both show the same', async () => {
      const [east, west] = [await regions.state('east'), await regions.state('west')]
      return east.revision === west.revision
    })

  let session: { cookie: string }
  let token: string

  it('users and tokens are on both sides, and leave the hash of the configuration as it is', async () => {
    await call('east', 'PUT', '/routes/1', ROUTE)
    const before = await regions.state('east')
    await call('east', 'POST', '/api/users', { username: 'root', password: PASSWORD, roles: ['super_admin'] })
    const login = await call('east', 'POST', '/api/login', { username: 'root', password: PASSWORD })
    assert.equal(login.status, 200)
    session = { cookie: String(login.headers['set-cookie']).split(';')[0]! }
    const statement = [allow('gateway:<.*>Consumer', '<.*>')]
    token = (await call('east', 'POST', '/api/tokens', { name: 'ci', statement }, session)).body.value.token
    await caughtUp()
    const [east, west] = [await regions.state('east'), await regions.state('west')]
    assert.equal(east.hash, before.hash)
    assert.equal(west.hash, before.hash)
    assert.ok(east.revision > before.revision)

    // The standby writes nothing, and yet knows who calls and lets people log in.
    const me = async (headers: object) => (await call('west', 'GET', '/api/me', undefined, headers)).body.value.name
    assert.equal(await me(session), 'user root')
    assert.equal(await me({ 'x-api-key': token }), 'token ci of user root')
    const there = await call('west', 'POST', '/api/login', { username: 'root', password: PASSWORD })
    assert.equal(there.status, 200)
    assert.equal((await call('west', 'GET', '/routes', undefined, { 'x-api-key': token })).body.total, 0)
  })

  it('each write has its entry, with what was before and after, and without secrets', async () => {
    const write = randomUUID()
    const consumer = (key: string) => ({ username: 'jack', plugins: { 'key-auth': { key } } })
    await call('east', 'PUT', '/consumers/jack', consumer(SECRET), { 'x-api-key': token })
    const headers = { 'x-api-key': token, 'x-antipode-write': write }
    const written = await call('east', 'PUT', `/consumers/jack?api_key=${token}`, consumer(`${SECRET}-2`), headers)
    const [entry] = (await entries('east', 'resource_type=consumers&resource_id=jack')) as [Entry]
    const { by, address, method, path, status, revision } = entry
    assert.deepEqual(
      { by, address, method, path, status, write: entry.write, revision },
      {
        ...{ by: 'token ci of user root', address: '127.0.0.1', method: 'PUT', path: '/apisix/admin/consumers/jack' },
        ...{ status: 200, write, revision: Number(written.headers['x-antipode-revision']) },
      },
    )
    const [change] = entry.changes as [Entry['changes'][number]]
    assert.deepEqual([change.type, change.id], ['consumers', 'jack'])
    assert.deepEqual((change.before as Record<string, unknown>).plugins, { 'key-auth': { key: '***' } })
    assert.deepEqual(change.after?.plugins, { 'key-auth': { key: '*** (changed)' } })
    await call('east', 'DELETE', '/consumers/jack')
    const [removal] = (await entries('east', 'resource_id=jack')) as [Entry]
    assert.equal(removal.changes[0]?.after, null)
    assert.equal(removal.by, 'anonymous')
    await call('east', 'PUT', '/api/gateway_groups/dev', { name: 'dev' })
    await call('east', 'PUT', '/routes/audited', ROUTE, { 'x-antipode-gateway-group': 'dev' })
    const ofDev = await entries('east', 'gateway_group=dev')
    assert.deepEqual(
      ofDev.map(({ changes }) => changes.map(({ group, type, id }) => [group, type, id])),
      [[['dev', 'routes', 'audited']], [[undefined, 'gateway_groups', 'dev']]],
    )
    assert.deepEqual(await entries('east', 'gateway_group=default&resource_id=audited'), [])
    assert.equal((await entries('east', 'resource_type=routes&resource_id=audited')).length, 1)
    const [user] = (await entries('east', 'resource_type=users')) as [Entry]
    assert.equal(user.changes[0]?.after?.password, '***')

    const all = JSON.stringify(await entries('east'))
    for (const secret of [SECRET, PASSWORD, token, token.slice(-20)]) assert.ok(!all.includes(secret), secret)
  })

  it('there is no entry without its write, and no write without its entry', async () => {
    const statusOf = async (body: unknown) => (await call('east', 'PUT', '/routes/refused', body)).status
    assert.equal(await statusOf({ uri: 1 }), 400)
    assert.equal(await statusOf({ ...ROUTE, upstream_id: 'none' }), 400)
    assert.deepEqual(await entries('east', 'resource_id=refused'), [])
    const ids: string[] = Array.from({ length: 40 }, () => randomUUID())
    await Promise.all(ids.map((id, at) => call('east', 'PUT', `/routes/many-${at}`, ROUTE, { 'x-antipode-write': id })))
    await call('east', 'PUT', '/routes/many-0', ROUTE, { 'x-antipode-write': ids[0]! })
    const writes = (await entries('east', 'kind=write')).map(({ write }) => write)
    assert.deepEqual(writes.filter((write) => ids.includes(write!)).sort(), ids.toSorted())
    const client = new Client({ connectionString: regions.databaseUrl('east') })
    await client.connect()
    const { rows } = await client.query(
      `SELECT count(*) FILTER (WHERE a.id IS NULL) AS "without entry", count(*) FILTER (WHERE w.id IS NULL) AS "without write"
       FROM antipode.write w FULL JOIN (SELECT * FROM antipode.audit_log WHERE kind = 'write') a ON a.write = w.id`,
    )
    await client.end()
    assert.deepEqual(rows, [{ 'without entry': '0', 'without write': '0' }])
  })

  it('what the control plane does by itself is told as its own', async () => {
    await call('east', 'PUT', '/routes/short-lived?ttl=1', ROUTE)
    await until('it is removed', async () => (await call('east', 'GET', '/routes/short-lived')).status === 404)
    const [removal] = (await entries('east', 'resource_id=short-lived')) as [Entry]
    assert.deepEqual([removal.by, removal.address, removal.method], ['the control plane', null, null])
  })

  it('tries to log in and denied calls are there, too', async () => {
    await call('east', 'POST', '/api/login', { username: 'root', password: `${SECRET} ${SECRET}` })
    await call('east', 'POST', '/api/login', { username: '<script>', password: SECRET })
    await call('east', 'PUT', `/routes/denied?api_key=${token}`, ROUTE)
    await until('they are written', async () => (await entries('east', 'kind=denied')).length > 0)
    const logins = await entries('east', 'kind=login')
    assert.deepEqual(
      logins.map(({ by, status }) => [by, status]),
      [
        ['user unknown', 401],
        ['user root', 401],
        ['user root', 200],
      ],
    )
    const [denied] = (await entries('east', 'kind=denied')) as [Entry]
    assert.deepEqual(
      [denied.by, denied.path, denied.status],
      ['token ci of user root', '/apisix/admin/routes/denied', 403],
    )
    assert.ok(!JSON.stringify(logins).includes(SECRET))
  })

  it('are read only by whoever may, in pages, by time, and as lines', async () => {
    const denied = await call('east', 'GET', '/api/audit_logs', undefined, { 'x-api-key': token })
    assert.equal(denied.status, 403)
    const page = async (query: string) => (await call('east', 'GET', `/api/audit_logs?${query}`)).body
    const all = await page('kind=write&page_size=500')
    const second = await page('kind=write&page=2&page_size=10')
    assert.equal(second.total, all.total)
    assert.deepEqual(second.list, all.list.slice(10, 20))
    const hour = Math.floor(Date.now() / 1000) + 3600
    assert.equal((await page(`kind=write&start_time=${hour}`)).total, 0)
    assert.equal((await page(`kind=write&end_time=${hour}`)).total, all.total)
    for (const wrong of [
      'page=0',
      'page_size=501',
      'page=1000&page_size=500',
      'start_time=now',
      'by=a&by=b',
      'by=%00',
    ]) {
      assert.equal((await call('east', 'GET', `/api/audit_logs?${wrong}`)).status, 400, wrong)
    }
    assert.equal((await page(`by=${encodeURIComponent("' OR true --")}`)).total, 0)
    const exported = await fetch(`http://127.0.0.1:${regions.ports.east.admin}/api/audit_logs/export?kind=write`)
    assert.equal(exported.headers.get('content-type'), 'application/x-ndjson')
    const lines = (await exported.text()).trimEnd().split('\n')
    const ids = lines.map((line) => Number(JSON.parse(line).id))
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
    )
    assert.equal(ids.length, (await page('kind=write&page_size=1')).total)
  })

  it('are never changed, and forgotten only when they are old enough', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      assert.equal((await call('east', method, '/api/audit_logs')).status, 405)
    const client = new Client({ connectionString: regions.databaseUrl('east') })
    await client.connect()
    for (const statement of [
      "UPDATE antipode.audit_log SET by = 'nobody'",
      'DELETE FROM antipode.audit_log',
      'TRUNCATE antipode.audit_log',
    ]) {
      await assert.rejects(client.query(statement), /the audit log is only added to/)
    }
    await client.end()
    const logger = { info() {}, warn() {} }
    const log = new AuditLog({
      ...{ region: 'east', database: regions.databaseUrl('east'), logger, retention: 3600 },
      confirmed: () => 1e9,
    })
    // Incidents are written a moment later.
    await until('nothing is on its way', async () => (await entries('east', 'kind=denied')).length === 2)
    const before = await log.list({}, 0, 1)
    assert.equal(await log.forget(), 0)
    assert.equal(await log.forget(Date.now() + 3601_000), before.total)
    assert.equal((await log.list({}, 0, 1)).total, 0)
    await log.close()
  })

  it('outlive a failover', async () => {
    await call('east', 'PUT', '/routes/before', ROUTE, session)
    const { epoch } = await regions.state('east')
    await regions.stopControlPlane('east')
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch }
    const change = await regions.change('west', order)
    assert.equal(change.status, 200, JSON.stringify(change.body))
    assert.equal(
      (await call('west', 'PUT', '/consumers/jill', { username: 'jill' }, { 'x-api-key': token })).status,
      201,
    )
    assert.equal((await call('west', 'PUT', '/routes/after', ROUTE, session)).status, 201)
    const told = (await entries('west', `by=${encodeURIComponent('user root')}`)).map(({ path }) => path)
    assert.deepEqual(told, ['/apisix/admin/routes/after', '/apisix/admin/routes/before'])
    assert.equal((await call('west', 'POST', '/api/logout', undefined, session)).status, 200)
    assert.equal((await call('west', 'GET', '/api/me', undefined, session)).body.value.name, 'anonymous')
  })
})
