import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { asControlPlane } from '../../toolkit/local/database/logical-databases.ts'
import { TwoRegions, until } from './two-regions.ts'

const route = (uri: string) => ({ uri, upstream: { type: 'roundrobin', nodes: { '127.0.0.1:1980': 1 } } })

let regions: TwoRegions

before(async () => {
  regions = await TwoRegions.start({ replication: 'logical' })
})
after(() => regions?.close())

const administer = (side: 'east' | 'west', statement: string) =>
  regions.databases[side].server.query<Record<string, unknown>>(statement, [], 'antipode')

describe('two control planes whose databases replicate logically, one of PostgreSQL 17 and one of 18', () => {
  it('acknowledge what the standby has shown, which is in its own database', async () => {
    assert.equal((await regions.admin('east', 'PUT', '/routes/1', route('/one'))).status, 201)
    const [east, west] = [await regions.state('east'), await regions.state('west')]
    assert.deepEqual([east.role, west.role, east.durability], ['active', 'standby', 'confirmed'])
    assert.deepEqual([west.database.inRecovery, west.database.streaming], [true, true])
    assert.notEqual(west.database.systemIdentifier, east.database.systemIdentifier)
    const rows = await asControlPlane(regions.databases.ports.west!, 'SELECT id FROM antipode.resource')
    assert.deepEqual(rows, [{ id: '1' }])
    assert.equal((await regions.admin('west', 'PUT', '/routes/2', route('/two'))).status, 503)
  })

  it('confirm nothing while a table may lack what another shows', async () => {
    await administer('west', 'CREATE TABLE antipode.later (id integer PRIMARY KEY)')
    const answer = await regions.admin('east', 'PUT', '/routes/2', route('/two'))
    assert.equal((answer.body as { code?: string }).code, 'ANTIPODE_IN_DOUBT', JSON.stringify(answer.body))
    const newest = 'SELECT max(revision) AS revision FROM antipode.revision'
    assert.deepEqual(await administer('west', newest), await administer('east', newest), 'though the revision is there')
    await administer('west', 'DROP TABLE antipode.later')
    await until('the writer is confirmed again', async () => (await regions.state('east')).role === 'active')
    assert.equal((await regions.admin('east', 'PUT', '/routes/2', route('/two'))).status, 200)
  })

  it('write nothing with a schema that lacks a step, and leave taking it to whoever takes it on both sides', async () => {
    await regions.stopControlPlane('east')
    const [step] = await administer(
      'east',
      'DELETE FROM antipode.migration WHERE step = (SELECT max(step) FROM antipode.migration) RETURNING step, at',
    )
    await regions.startControlPlane('east')
    await until('its peer is reached', async () => (await regions.state('west')).role === 'standby')
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal((await regions.state('east')).role, 'fenced')
    await administer('east', `INSERT INTO antipode.migration VALUES (${Number(step!.step)}, now())`)
    await until('it leads', async () => (await regions.state('east')).role === 'active')
  })

  it('hand the right to write to the standby when the writer is gone, and count on where it stopped', async () => {
    const { lineage, epoch } = await regions.state('west')
    await regions.databases.east.server.child!.kill()
    const audited = await asControlPlane<{ id: string }>(
      regions.databases.ports.west!,
      'SELECT max(id) AS id FROM antipode.audit_log',
    )
    const promoted = await regions.change('west', { role: 'active', epoch: 2, expectedEpoch: epoch })
    assert.equal(promoted.status, 200, JSON.stringify(promoted.body))
    const state = await regions.state('west')
    assert.deepEqual([state.role, state.epoch, state.lineage], ['solo', 2, lineage])
    assert.equal(state.database.inRecovery, false)
    assert.equal((await regions.admin('west', 'PUT', '/routes/3', route('/three'))).status, 201)
    assert.equal((await regions.admin('west', 'GET', '/routes/1')).status, 200)
    const [entry] = await administer('west', 'SELECT max(id) AS id FROM antipode.audit_log')
    assert.ok(Number(entry!.id) > Number(audited[0]!.id))
  })

  it('fence the old writer when it is back, and confirm from it once it is built anew', async () => {
    await regions.databases.east.start()
    await until('it knows of the newer epoch', async () => /begun epoch 2/.test((await regions.state('east')).reason))
    await regions.databases.east.rebuild('west')
    await until('it is a standby', async () => (await regions.state('east')).role === 'standby')
    await until('the writer is confirmed', async () => (await regions.state('west')).role === 'active')
    assert.equal((await regions.admin('west', 'PUT', '/routes/4', route('/four'))).status, 201)
    const { hash } = await regions.state('west')
    await until('it shows the same', async () => (await regions.state('east')).hash === hash)
  })
})
