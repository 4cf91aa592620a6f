import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { nextEpoch } from '../../../runtime/model/version.ts'
import { TwoRegions, until } from './two-regions.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }

describe('two regions, one writer', () => {
  let regions: TwoRegions
  before(async () => {
    regions = await TwoRegions.start()
  })
  after(() => regions?.close())

  it('acknowledges a write with its version, and the standby shows it with the same hash', async () => {
    const answer = await regions.admin('east', 'PUT', '/routes/confirmed', ROUTE)
    assert.equal(answer.status, 201)
    assert.equal(answer.headers['x-antipode-region'], 'east')
    const revision = Number(answer.headers['x-antipode-revision'])
    await until('the standby shows it', async () => (await regions.state('west')).revision >= revision)
    assert.equal((await regions.admin('west', 'GET', '/routes/confirmed')).status, 200)
    const [east, west] = await Promise.all([regions.state('east'), regions.state('west')])
    assert.equal(east.hash, west.hash)
    assert.equal(east.lineage, west.lineage)
  })

  it('a standby refuses writes and names the writer', async () => {
    const answer = await regions.admin('west', 'PUT', '/routes/elsewhere', ROUTE)
    assert.equal(answer.status, 503)
    const body = answer.body as { code: string; writer: string }
    assert.equal(body.code, 'ANTIPODE_STANDBY')
    assert.equal(body.writer, `http://127.0.0.1:${regions.ports.east.admin}`)
    assert.ok(answer.headers['retry-after'])
  })

  it('a write repeated with its id is one write', async () => {
    const headers = { 'x-antipode-write': randomUUID() }
    const first = await regions.admin('east', 'POST', '/routes', ROUTE, headers)
    const second = await regions.admin('east', 'POST', '/routes', ROUTE, headers)
    assert.equal(first.status, 201)
    assert.deepEqual(second.body, first.body)
    assert.equal(second.headers['x-antipode-revision'], first.headers['x-antipode-revision'])
  })

  it('a write without a confirming standby freezes, is never acknowledged, and is resolved by its id afterwards', async () => {
    await regions.stopControlPlane('west')
    const id = randomUUID()
    // Sent while the lease is still held, so that it is accepted and then finds nobody to confirm it.
    const answer = await regions.admin('east', 'PUT', '/routes/doubtful', ROUTE, { 'x-antipode-write': id })
    assert.equal(answer.status, 504)
    assert.deepEqual(
      { ...(answer.body as object), error_msg: '' },
      {
        ...{ error_msg: '', code: 'ANTIPODE_IN_DOUBT', epoch: 1, revision: null, write: id },
      },
    )
    assert.equal((await regions.admin('east', 'GET', '/routes/doubtful')).status, 404, 'an unconfirmed row was shown')
    const refused = await regions.admin('east', 'PUT', '/routes/refused', ROUTE)
    assert.equal(refused.status, 503)
    assert.equal((refused.body as { code: string }).code, 'ANTIPODE_FROZEN')
    await regions.startControlPlane('west')
    await until('it writes again', async () => (await regions.state('east')).role === 'active')
    const resolved = await regions.admin('east', 'GET', `/antipode/writes/${id}`)
    assert.equal(resolved.status, 200)
    assert.equal((await regions.admin('east', 'GET', '/routes/doubtful')).status, 200)
    assert.equal((await regions.admin('east', 'GET', `/antipode/writes/${randomUUID()}`)).status, 404)
  })

  it('a control plane that starts over loses nothing and goes on in the same epoch', async () => {
    const before = await regions.state('east')
    await regions.stopControlPlane('east')
    await regions.startControlPlane('east')
    await until('it writes again', async () => (await regions.state('east')).role === 'active')
    const now = await regions.state('east')
    assert.equal(now.epoch, before.epoch)
    assert.equal(now.hash, before.hash)
    assert.ok(now.revision > before.revision)
  })

  it('a transaction of a superseded leader cannot commit', async () => {
    const intruder = new Client({ connectionString: regions.databaseUrl('east') })
    await intruder.connect()
    try {
      await intruder.query('UPDATE antipode.state SET term = term + 1')
    } finally {
      await intruder.end()
    }
    const answer = await regions.admin('east', 'PUT', '/routes/superseded', ROUTE)
    assert.equal(answer.status, 503)
    await until('it leads anew', async () => (await regions.state('east')).role === 'active')
    assert.equal((await regions.admin('east', 'GET', '/routes/superseded')).status, 404)
  })

  it('a standby does not promote before the lease it renewed is over, and the writer is fenced by the new epoch', async () => {
    const { epoch, lease } = await regions.state('east')
    const started = performance.now()
    const next = nextEpoch(epoch, 2)
    const order = { role: 'active', epoch: next, expectedEpoch: epoch } as const
    const early = await regions.change('west', { ...order, expectedEpoch: epoch + 1 })
    assert.equal(early.status, 409)
    const change = await regions.change('west', order)
    assert.equal(change.status, 200, JSON.stringify(change.body))
    assert.ok(performance.now() - started >= lease!.ttl * 1000, 'the lease was not waited out')
    assert.equal(change.body.role, 'solo')
    assert.equal(change.body.durability, 'local')
    await until('the old writer is fenced', async () => (await regions.state('east')).role === 'fenced')
    const refused = await regions.admin('east', 'PUT', '/routes/late', ROUTE)
    assert.equal((refused.body as { code: string }).code, 'ANTIPODE_FENCED')
    const written = await regions.admin('west', 'PUT', '/routes/after', ROUTE)
    assert.equal(written.headers['x-antipode-epoch'], String(next))
  })

  it('a rebuilt standby ends solo: writes are confirmed again', async () => {
    await regions.databases.east.rebuild('west')
    await until('confirmed again', async () => (await regions.state('west')).role === 'active')
    assert.equal((await regions.state('west')).durability, 'confirmed')
    assert.equal((await regions.admin('west', 'PUT', '/routes/again', ROUTE)).status, 201)
    await until('equal', async () => (await regions.state('east')).hash === (await regions.state('west')).hash)
  })

  it('a writer goes on alone when told to, its standby is held meanwhile, and both end with the first confirmation', async () => {
    await regions.databases.east.stop('fast')
    await until('frozen', async () => (await regions.state('west')).role === 'frozen')
    assert.equal((await regions.change('east', { hold: true })).status, 200)
    const { epoch } = await regions.state('west')
    const alone = await regions.change('west', { role: 'solo', expectedEpoch: epoch })
    assert.equal(alone.body.role, 'solo')
    assert.equal((await regions.admin('west', 'PUT', '/routes/alone', ROUTE)).status, 201)
    assert.equal((await regions.state('west')).durability, 'local')
    assert.ok((await regions.state('east')).hold)
    await regions.databases.east.start()
    await until('confirmed again', async () => (await regions.state('west')).role === 'active')
    await until('the hold has ended', async () => (await regions.state('east')).hold === null)
    assert.equal((await regions.admin('east', 'GET', '/routes/alone')).status, 200)
  })

  it('a writer that drains takes no write, and takes its right back when told to', async () => {
    const { epoch } = await regions.state('west')
    const drained = await regions.change('west', { role: 'draining', expectedEpoch: epoch })
    assert.match(String(drained.body.lsn), /^[0-9A-F]+\/[0-9A-F]+$/)
    const refused = await regions.admin('west', 'PUT', '/routes/drained', ROUTE)
    assert.equal((refused.body as { code: string }).code, 'ANTIPODE_DRAINING')
    assert.equal((await regions.change('west', { role: 'active', expectedEpoch: epoch })).status, 200)
    await until('it writes again', async () => (await regions.state('west')).role === 'active')
    assert.equal((await regions.state('west')).epoch, epoch)
  })

  it('a writer that drains has what it accepted confirmed by a standby that begins to follow only then', async () => {
    const { epoch } = await regions.state('west')
    await regions.stopControlPlane('east')
    const accepted = regions.admin('west', 'PUT', '/routes/accepted', ROUTE)
    await until('the write is in the database', async () => (await routesIn('west')) === 1)
    const drained = regions.change('west', { role: 'draining', expectedEpoch: epoch })
    await regions.startControlPlane('east')
    assert.deepEqual([(await accepted).status, (await drained).status], [201, 200])
    assert.equal((await regions.change('west', { role: 'active', expectedEpoch: epoch })).status, 200)
    await until('it writes again', async () => (await regions.state('west')).role === 'active')

    async function routesIn(side: 'west'): Promise<number> {
      const reader = new Client({ connectionString: regions.databaseUrl(side) })
      await reader.connect()
      try {
        const { rows } = await reader.query("SELECT 1 FROM antipode.resource WHERE id = 'accepted'")
        return rows.length
      } finally {
        await reader.end()
      }
    }
  })

  it('a database that is an older copy of itself stays fenced', async () => {
    await regions.stopControlPlane('west')
    const intruder = new Client({ connectionString: regions.databaseUrl('west') })
    await intruder.connect()
    try {
      // What a restore from a backup leaves: the newest revisions are gone, and nobody here knows.
      const { rows } = await intruder.query('SELECT max(revision) - 1 AS kept FROM antipode.revision')
      await regions.databases.east.stop('fast')
      await intruder.query('DELETE FROM antipode.revision WHERE revision > $1', [rows[0].kept])
    } finally {
      await intruder.end()
    }
    await regions.startControlPlane('west')
    await until('it says why', async () => /not in this database/.test((await regions.state('west')).reason))
    assert.equal((await regions.state('west')).role, 'fenced')
    await regions.databases.east.start()
  })

  it('a change of role that is malformed changes nothing', async () => {
    const { epoch, hold } = await regions.state('east')
    const wrong = [null, [], 7, { role: 'king' }, { hold: 'no' }, { unknown: 1 }, { role: 'active', epoch: '2' }]
    for (const change of [...wrong, { role: 'active', epoch: 2 ** 31 + 1, expectedEpoch: epoch }]) {
      const { status, body } = await regions.change('east', change)
      assert.deepEqual(
        [status, /^invalid change of a region: /.test(String(body.error_msg))],
        [400, true],
        String(change),
      )
    }
    assert.deepEqual((await regions.state('east')).hold, hold)
  })

  it('a region that an operator holds is not promoted', async () => {
    assert.equal((await regions.change('east', { hold: true })).status, 200)
    const { epoch } = await regions.state('east')
    const order = { role: 'active', epoch: nextEpoch(epoch, 1), expectedEpoch: epoch } as const
    const refused = await regions.change('east', order)
    assert.equal(refused.status, 409)
    assert.match(String(refused.body.error_msg), /holds it/)
    assert.equal((await regions.change('east', { hold: false })).status, 200)
  })
})
