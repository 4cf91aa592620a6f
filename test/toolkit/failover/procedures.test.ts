import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { nextEpoch } from '../../../runtime/model/version.ts'
import { failover } from '../../../toolkit/failover/failover.ts'
import type { FailoverDriver } from '../../../toolkit/failover/failover-driver.ts'
import { hold } from '../../../toolkit/failover/hold.ts'
import { solo } from '../../../toolkit/failover/solo.ts'
import { switchover } from '../../../toolkit/failover/switchover.ts'
import { type Side, TwoRegions, until } from '../../runtime/control-plane/two-regions.ts'
import { driverOf } from './driver-of-two-regions.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }

describe('an operator who asks for the wrong thing, or is cut off', () => {
  let regions: TwoRegions
  let driver: FailoverDriver
  const fenced: string[] = []
  before(async () => {
    regions = await TwoRegions.start()
    driver = driverOf(regions, fenced)
  })
  after(() => regions?.close())

  const role = async (side: Side) => (await regions.state(side)).role
  const active = (side: Side) => until(`${side} writes`, async () => (await role(side)) === 'active')

  it('does not hold the writer when the standby is told to write alone', async () => {
    await assert.rejects(solo(driver, { region: 'west', yes: true }), /west cannot write alone: it is standby/)
    assert.equal((await regions.state('east')).hold, null)
  })

  it('has a region held, which then takes over only by accepting loss, until the hold is lifted', async () => {
    const asked = await hold(driver, { region: 'west', yes: false })
    assert.deepEqual([asked.done, asked.plan.steps], [false, ['hold west, until that is lifted']])
    assert.equal((await regions.state('west')).hold, null)
    await hold(driver, { region: 'west', yes: true })
    assert.equal((await regions.state('west')).hold?.by, 'operator')
    const { needsAllowDataLoss } = (await failover(driver, { to: 'west', yes: false })).plan
    assert.match(needsAllowDataLoss ?? '', /an operator holds west/)
    await hold(driver, { region: 'west', yes: true, lift: true })
    assert.equal((await regions.state('west')).hold, null)
    assert.equal((await failover(driver, { to: 'west', yes: false })).plan.needsAllowDataLoss, null)
  })

  it('takes a switchover up again that was cut off while draining', async () => {
    const { epoch } = await regions.state('east')
    await regions.change('east', { role: 'draining', expectedEpoch: epoch })
    assert.equal((await switchover(driver, { to: 'west', yes: true })).writer, 'west')
    await active('west')
  })

  it('switches over to a region that is still held, since it has proved to miss nothing', async () => {
    await regions.change('east', { hold: true })
    await switchover(driver, { to: 'east', yes: true })
    assert.equal((await regions.state('east')).hold, null)
    await active('east')
  })

  it('has the writer write again where the promotion is refused at the last moment', async () => {
    const { server } = regions.databases.east
    const interrupted: FailoverDriver = {
      ...driver,
      stopDatabase: async (region) => {
        await server.query('UPDATE antipode.state SET solo = true', [], 'antipode')
        return driver.stopDatabase(region)
      },
    }
    await assert.rejects(
      switchover(interrupted, { to: 'west', yes: true }),
      /west: its writer writes alone, .*; east writes again/,
    )
    await active('east')
    assert.equal(await role('west'), 'standby')
  })

  it('says what waits for what where the old writer is not brought back after the promotion', async () => {
    const cutOff: FailoverDriver = {
      ...driver,
      followFrom: async (region, of) => {
        await driver.followFrom(region, of)
        throw new Error('cut off')
      },
    }
    await assert.rejects(
      switchover(cutOff, { to: 'west', yes: true }),
      /cut off; west may write once east confirms: start what is dead there with restart, or use solo/,
    )
    await active('west')
    await switchover(driver, { to: 'east', yes: true })
    await active('east')
  })

  it('never lets a frozen writer go on alone by a failover onto itself', async () => {
    await regions.stopControlPlane('west')
    await until('frozen', async () => (await role('east')) === 'frozen')
    await assert.rejects(failover(driver, { to: 'east', yes: true }), /holds the right to write already \(frozen/)
    const { epoch } = await regions.state('east')
    const order = { role: 'active', epoch: epoch + 64, expectedEpoch: epoch, allowDataLoss: true }
    assert.equal((await regions.change('east', order)).status, 409)
    assert.equal((await regions.admin('east', 'PUT', '/routes/alone', ROUTE)).status, 503)
    await regions.startControlPlane('west')
    await active('east')
  })

  it('says that a standby may miss writes while its writer writes alone', async () => {
    const { server } = regions.databases.west
    await server.query('SELECT pg_wal_replay_pause()')
    await until('frozen', async () => (await role('east')) === 'frozen')
    const { epoch } = await regions.state('east')
    await regions.change('east', { role: 'solo', expectedEpoch: epoch })
    assert.equal((await regions.admin('east', 'PUT', '/routes/alone', ROUTE)).status, 201)
    await until('west knows', async () => (await regions.state('west')).durability === 'local')
    assert.match((await failover(driver, { to: 'west', yes: false })).plan.needsAllowDataLoss ?? '', /durability local/)
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch }
    assert.equal((await regions.change('west', order)).status, 409)
    await server.query('SELECT pg_wal_replay_resume()')
    await active('east')
    await until('confirmed', async () => (await regions.state('west')).durability === 'confirmed')
  })

  it('keeps a writer that wrote alone fenced once another region has begun a newer epoch', async () => {
    const { epoch } = await regions.state('east')
    await regions.change('east', { role: 'solo', expectedEpoch: epoch })
    await regions.stopControlPlane('east')
    await regions.databases.east.stop('fast')
    const taken = await failover(driver, { to: 'west', yes: true, allowDataLoss: true })
    await regions.databases.east.start()
    await regions.startControlPlane('east')
    await until('it says why', async () => /has begun epoch/.test((await regions.state('east')).reason))
    assert.equal((await regions.admin('east', 'PUT', '/routes/parallel', ROUTE)).status, 503)
    assert.deepEqual([await role('east'), taken.writer], ['fenced', 'west'])
  })

  it('fences nobody but another region', async () => {
    await regions.stopControlPlane('west')
    await assert.rejects(
      failover(driver, { to: 'east', yes: true, allowDataLoss: true, fence: true }),
      /no control plane knows of an old writer/,
    )
    assert.deepEqual(fenced, [])
  })
})
