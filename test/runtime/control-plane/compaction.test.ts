import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { Compaction, type HistoryWindow } from '../../../runtime/control-plane/store/compaction.ts'
import { nextEpoch } from '../../../runtime/model/version.ts'
import { LedgerClient } from '../../e2e/ledger-client.ts'
import { type Side, TwoRegions, until } from './two-regions.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }
const DAY = 86_400_000
const ALL: HistoryWindow = { revisions: 1e9, age: DAY, writeRevisions: 1e9, writeAge: DAY }

describe('history that is compacted', () => {
  let regions: TwoRegions
  before(async () => {
    regions = await TwoRegions.start()
  })
  after(() => regions?.close())

  const put = (id: string, body: object = ROUTE, headers = {}) =>
    regions.admin('east', 'PUT', `/routes/${id}`, body, headers)
  const count = async (side: Side, table: string): Promise<number> => {
    const [row] = await regions.databases[side].server.query<{ count: string }>(
      `SELECT count(*) FROM antipode.${table}`,
      [],
      'antipode',
    )
    return Number(row!.count)
  }
  const same = () =>
    until('both regions show the same', async () => {
      const [east, west] = await Promise.all([regions.state('east'), regions.state('west')])
      return east.hash === west.hash && east.revision === west.revision
    })

  /** Beside the leader's own, which leaves so little alone. */
  async function compact(side: Side, window: Partial<HistoryWindow>, done: () => Promise<boolean>): Promise<void> {
    const compaction = new Compaction({
      database: regions.databaseUrl(side),
      window: { ...ALL, ...window },
      logger: pino({ level: 'silent' }),
      every: 20,
    })
    compaction.start()
    try {
      await until('history is compacted', done)
    } finally {
      compaction.stop()
    }
  }

  it('keeps what the window holds, and changes nothing that anybody is shown', async () => {
    for (let number = 0; number < 40; number++) await put(`route-${number % 10}`, { ...ROUTE, desc: `${number}` })
    await same()
    const before = await regions.state('east')
    await compact('east', { revisions: 5 }, async () => (await count('east', 'revision')) === 5)
    await compact('east', { revisions: 5 }, async () => (await count('east', 'change')) <= 5)
    const now = await regions.state('east')
    assert.deepEqual([now.epoch, now.hash, now.role], [before.epoch, before.hash, 'active'])
    assert.ok((await count('east', 'write')) >= 40)
    for (let number = 0; number < 10; number++) {
      const { body } = await regions.admin('west', 'GET', `/routes/route-${number}`)
      assert.equal((body as { value: { desc: string } }).value.desc, `${30 + number}`)
    }
    await same()
  })

  it('forgets by age, but never the newest revision', async () => {
    await put('aged')
    await compact('east', { age: 0 }, async () => (await count('east', 'revision')) === 1)
    assert.equal((await put('after-age')).status, 201)
    await same()
  })

  it('repeats the answer of a write whose revision is gone, and resolves it in both regions', async () => {
    const ids = [randomUUID(), randomUUID()] as const
    const first = await put('kept-write', ROUTE, { 'x-antipode-write': ids[0] })
    await put('older-release', ROUTE, { 'x-antipode-write': ids[1] })
    await regions.databases.east.server.query(
      'UPDATE antipode.write SET epoch = NULL WHERE id = $1',
      [ids[1]],
      'antipode',
    )
    await put('later')
    await compact('east', { revisions: 1 }, async () => (await count('east', 'revision')) === 1)
    const again = await put('kept-write', { ...ROUTE, desc: 'not applied' }, { 'x-antipode-write': ids[0] })
    assert.equal(again.status, 201)
    assert.equal(again.headers['x-antipode-revision'], first.headers['x-antipode-revision'])
    assert.equal(again.headers['x-antipode-epoch'], first.headers['x-antipode-epoch'])
    await same()
    for (const id of ids) {
      for (const side of ['east', 'west'] as const) {
        const { status, body } = await regions.admin(side, 'GET', `/antipode/writes/${id}`)
        assert.equal(status, 200, JSON.stringify(body))
      }
    }
  })

  it('forgets writes past their own window', async () => {
    const id = randomUUID()
    await put('forgotten-write', ROUTE, { 'x-antipode-write': id })
    await put('later')
    await compact('east', { writeRevisions: 1 }, async () => (await count('east', 'write')) === 1)
    assert.equal((await regions.admin('east', 'GET', `/antipode/writes/${id}`)).status, 404)
    assert.equal((await regions.admin('east', 'GET', '/routes/forgotten-write')).status, 200)
  })

  it('gives no index twice, even where the last change was a removal', async () => {
    await put('removed')
    const { body } = await regions.admin('east', 'GET', '/routes/removed')
    const { modifiedIndex } = body as { modifiedIndex: number }
    await regions.admin('east', 'DELETE', '/routes/removed')
    await compact('east', { revisions: 1 }, async () => (await count('east', 'change')) === 1)
    await regions.stopControlPlane('east')
    await regions.startControlPlane('east')
    await until('it writes again', async () => (await regions.state('east')).role === 'active')
    // The first revision of the new leader is empty, so that no change belongs to what is kept.
    await compact('east', { revisions: 1 }, async () => (await count('east', 'revision')) === 1)
    await regions.stopControlPlane('east')
    await regions.startControlPlane('east')
    await until('it writes again', async () => (await regions.state('east')).role === 'active')
    await put('next')
    const next = (await regions.admin('east', 'GET', '/routes/next')).body as { createdIndex: number }
    assert.ok(next.createdIndex > modifiedIndex + 1, `${next.createdIndex} after ${modifiedIndex} and a removal`)
  })

  it('a standby that was away longer than the window begins again with everything', async () => {
    await regions.databases.west.stop('fast')
    await until('frozen', async () => (await regions.state('east')).role === 'frozen')
    const { epoch } = await regions.state('east')
    assert.equal((await regions.change('east', { role: 'solo', expectedEpoch: epoch })).status, 200)
    for (let number = 0; number < 20; number++) await put(`while-away-${number}`)
    await regions.admin('east', 'DELETE', '/routes/aged')
    await compact('east', { revisions: 2 }, async () => (await count('east', 'revision')) === 2)
    await regions.databases.west.start()
    await until('confirmed again', async () => (await regions.state('east')).role === 'active')
    await same()
    assert.equal((await regions.admin('west', 'GET', '/routes/while-away-19')).status, 200)
    assert.equal((await regions.admin('west', 'GET', '/routes/aged')).status, 404)
  })

  it('nothing acknowledged is lost by a failover in the midst of compaction', async () => {
    const region = (side: Side) => ({
      name: side,
      admin: `http://127.0.0.1:${regions.ports[side].admin}`,
      adminKey: null,
    })
    const client = new LedgerClient([region('east')], 'compacted')
    client.start(4)
    const compaction = new Compaction({
      database: regions.databaseUrl('east'),
      window: { ...ALL, revisions: 1 },
      logger: pino({ level: 'silent' }),
      every: 1,
    })
    compaction.start()
    const { epoch } = await regions.state('east')
    try {
      await until('there are writes', () => client.entries.filter((e) => e.outcome === 'acknowledged').length > 50)
      await regions.databases.east.stop('immediate')
      await client.stop()
    } finally {
      compaction.stop()
    }
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch }
    const promoted = await regions.change('west', order)
    assert.equal(promoted.status, 200, JSON.stringify(promoted.body))
    assert.deepEqual((await client.audit(region('west'))).missing, [])
    await client.close()
    const written = await regions.admin('west', 'PUT', '/routes/after-failover', ROUTE)
    assert.equal(written.status, 201)
    assert.equal(written.headers['x-antipode-epoch'], String(order.epoch))
  })
})
