import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { TwoRegions, until } from '../two-regions.ts'
import { checkWithPromtool, withoutPromtool } from './promtool.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }

describe('what a control plane says of itself', () => {
  let regions: TwoRegions
  before(async () => {
    regions = await TwoRegions.start()
  })
  after(() => regions?.close())

  /** The value of one sample, undefined where it is not there. */
  const metric = async (side: 'east' | 'west', sample: string) => {
    const { text } = await regions.status(side, '/metrics')
    const line = text.split('\n').find((it) => it.startsWith(`${sample} `))
    return line === undefined ? undefined : Number(line.slice(sample.length + 1))
  }

  it('a writer and its standby are alive and ready', async () => {
    for (const side of ['east', 'west'] as const) {
      await until(`${side} is ready`, async () => (await regions.status(side, '/status/ready')).status === 200)
      for (const path of ['/status', '/status/ready']) {
        const { status, type, text } = await regions.status(side, path)
        assert.equal(status, 200)
        assert.match(type, /^application\/json/)
        assert.deepEqual(JSON.parse(text), { status: 'ok' })
      }
    }
  })

  it('knows no other path', async () => {
    const { status, text } = await regions.status('east', '/apisix/admin/routes')
    assert.equal(status, 404)
    assert.deepEqual(JSON.parse(text), { error_msg: '404 Not Found' })
  })

  it('metrics tell role, version, lease and peer', async () => {
    await until('the peer is heard', async () => (await metric('east', 'antipode_peer_reachable')) === 1)
    assert.equal(await metric('east', 'antipode_role{role="active"}'), 1)
    assert.equal(await metric('east', 'antipode_role{role="standby"}'), 0)
    assert.equal(await metric('west', 'antipode_role{role="standby"}'), 1)
    const { epoch } = await regions.state('east')
    assert.equal(await metric('east', 'antipode_epoch'), epoch)
    assert.ok((await metric('east', 'antipode_lease_remaining_seconds'))! > 0)
    assert.equal(await metric('west', 'antipode_lease_remaining_seconds'), undefined)
    assert.equal(await metric('east', 'antipode_replication_lag_seconds'), undefined)
    assert.equal(typeof (await metric('west', 'antipode_replication_lag_seconds')), 'number')
    assert.equal(await metric('east', 'antipode_leads'), 1)
    assert.equal(await metric('east', 'antipode_ready'), 1)
  })

  it('metrics count writes by how they ended', async () => {
    const applied = (await metric('east', 'antipode_writes_total{outcome="applied"}'))!
    const refused = (await metric('east', 'antipode_writes_total{outcome="refused"}'))!
    assert.equal((await regions.admin('east', 'PUT', '/routes/1', ROUTE)).status, 201)
    assert.equal((await regions.admin('east', 'DELETE', '/routes/none')).status, 404)
    assert.equal((await regions.admin('west', 'PUT', '/routes/1', ROUTE)).status, 503)
    assert.equal(await metric('east', 'antipode_writes_total{outcome="applied"}'), applied + 1)
    assert.equal(await metric('east', 'antipode_writes_total{outcome="refused"}'), refused + 1)
    assert.equal(await metric('west', 'antipode_writes_total{outcome="standby"}'), 1)
    assert.equal(await metric('east', 'antipode_write_duration_seconds_count'), applied + refused + 2)
  })

  it('metrics are what promtool takes for right', { skip: withoutPromtool() }, async () => {
    for (const side of ['east', 'west'] as const) {
      const { type, text } = await regions.status(side, '/metrics')
      assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
      checkWithPromtool(text)
    }
  })

  it('without its database it lives on and is not ready, and is again when the database is back', async () => {
    await regions.databases.west.stop('immediate')
    await until('it is not ready', async () => (await regions.status('west', '/status/ready')).status === 503)
    const { text } = await regions.status('west', '/status/ready')
    assert.deepEqual(JSON.parse(text), { status: 'error', error: 'its database cannot be reached' })
    assert.equal((await regions.status('west', '/status')).status, 200)
    assert.equal(await metric('west', 'antipode_ready'), 0)
    const before = (await metric('west', 'antipode_database_connections_total'))!
    await regions.databases.west.start()
    await until('it is ready again', async () => (await regions.status('west', '/status/ready')).status === 200)
    assert.ok((await metric('west', 'antipode_database_connections_total'))! > before)
  })

  it('is not ready before it has a configuration to show', async () => {
    await regions.stopControlPlane('west')
    await regions.databases.west.stop('immediate')
    await regions.startControlPlane('west')
    assert.equal((await regions.status('west', '/status')).status, 200)
    assert.equal((await regions.status('west', '/status/ready')).status, 503)
    await regions.databases.west.start()
    await until('it is ready', async () => (await regions.status('west', '/status/ready')).status === 200)
  })
})
