import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WitnessRecord } from '../../../../runtime/control-plane/replication/automatic/witness.ts'
import type { RegionState } from '../../../../runtime/model/region-state.ts'
import { HttpsEndpoint } from '../../../contract/witness/https-endpoint.ts'
import { type Side, TwoRegions, until } from '../two-regions.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }
/** Seconds; by then a lease of one second is over. */
const AFTER = 1.5
/** Milliseconds in which a region that might act would have. */
const LONG_ENOUGH = 2 * AFTER * 1_000

describe('a pair that acts by itself, with a witness', () => {
  let regions: TwoRegions
  let witness: HttpsEndpoint
  before(async () => {
    witness = await HttpsEndpoint.start()
    regions = await TwoRegions.start({
      lease: 1,
      more: {
        automatic_failover: {
          ...{ after: AFTER, solo: true },
          witness: { url: `${witness.url}/pair`, token: 'secret', ca: witness.authority.certificate },
        },
      },
    })
  })
  after(async () => {
    await regions?.close()
    await witness?.stop()
  })
  const state = (side: Side) => regions.state(side)
  const is = (side: Side, what: string, condition: (state: RegionState) => boolean) =>
    until(`${side} ${what}`, async () => condition(await state(side)), 60)
  const isReady = (side: Side) => is(side, 'is ready', ({ automatic }) => automatic?.ready === true)
  const metric = async (side: Side, name: string) => {
    const { text } = await regions.status(side, '/metrics')
    return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]
  }
  const record = () => {
    const { lineage: _, id: __, at: ___, ...rest } = JSON.parse(witness.content('/pair') ?? '{}') as WitnessRecord
    return rest
  }
  const lose = async (side: Side) => {
    await regions.stopControlPlane(side)
    await regions.databases[side].stop('immediate')
  }

  it('says what each region would do', async () => {
    await isReady('west')
    await isReady('east')
    assert.deepEqual((await state('west')).automatic, { ready: true, reason: 'hears its writer' })
    assert.deepEqual((await state('east')).automatic, { ready: true, reason: 'its standby confirms' })
    assert.equal(await metric('west', 'antipode_automatic_failover_ready'), '1')
  })

  it('a writer that starts over is not replaced', async () => {
    const { epoch } = await state('east')
    await regions.stopControlPlane('east')
    await regions.startControlPlane('east')
    await is('east', 'writes again', ({ role }) => role === 'active')
    assert.deepEqual([(await state('east')).epoch, (await state('west')).role], [epoch, 'standby'])
  })

  it('a writer whose standby is gone goes on alone, and the witness says so', async () => {
    await isReady('east')
    await regions.stopControlPlane('west')
    await is('east', 'writes alone', ({ role }) => role === 'solo')
    assert.deepEqual(record(), { epoch: 1, region: 'east', alone: true })
    await until('it is counted', async () => (await metric('east', 'antipode_automatic_solos_total')) === '1')
    assert.equal((await regions.admin('east', 'PUT', '/routes/alone', ROUTE)).status, 201)
  })

  it('it gives that right back once its standby confirms again', async () => {
    await regions.startControlPlane('west')
    await is('east', 'is confirmed', ({ role }) => role === 'active')
    await until('the witness knows', () => record().alone === false)
    assert.deepEqual(record(), { epoch: 1, region: 'east', alone: false })
    assert.equal((await regions.admin('west', 'GET', '/routes/alone')).status, 200)
  })

  it('a standby that is held does not take over', async () => {
    assert.equal((await regions.admin('east', 'PUT', '/routes/kept', ROUTE)).status, 201)
    await isReady('west')
    assert.equal((await regions.change('west', { hold: true })).status, 200)
    assert.deepEqual((await state('west')).automatic, { ready: false, reason: 'an operator holds it' })
    await lose('east')
    await sleep(LONG_ENOUGH)
    assert.equal((await state('west')).role, 'standby')
  })

  it('while the witness is out of order nobody moves, an operator only by accepting loss', async () => {
    witness.outage = 503
    assert.equal((await regions.change('west', { hold: false })).status, 200)
    const asked = witness.calls
    await until('it has asked', () => witness.calls > asked)
    const { epoch: expectedEpoch } = await state('west')
    let refused: Awaited<ReturnType<TwoRegions['change']>>
    await until('the operator is told of the witness', async () => {
      refused = await regions.change('west', { role: 'active', epoch: 2, expectedEpoch })
      return !/takes over already/.test(String(refused.body.reason))
    })
    assert.equal(refused!.status, 409)
    assert.match(String(refused!.body.reason), /witness .* cannot be asked: .*; allowDataLoss overrides/)
    assert.equal((await state('west')).role, 'standby')
  })

  it('once it is back the standby takes over, and the witness says so', async () => {
    witness.outage = undefined
    await is('west', 'writes', ({ role }) => role === 'solo')
    assert.equal((await state('west')).epoch, 2)
    assert.deepEqual(record(), { epoch: 2, region: 'west', alone: true })
    await until('it is counted', async () => (await metric('west', 'antipode_automatic_failovers_total')) === '1')
    assert.equal((await regions.admin('west', 'GET', '/routes/kept')).status, 200)
    assert.equal((await regions.admin('west', 'PUT', '/routes/after', ROUTE)).status, 201)
  })

  it('the writer that comes back stays fenced, also after a while', async () => {
    await regions.databases.east.start()
    await regions.startControlPlane('east')
    await is('east', 'knows of the newer epoch', ({ reason }) => /west has begun epoch 2/.test(reason))
    assert.equal((await regions.admin('east', 'PUT', '/routes/late', ROUTE)).status, 503)
    await sleep(LONG_ENOUGH)
    assert.deepEqual([(await state('east')).role, (await state('west')).role], ['fenced', 'solo'])
  })

  it('rebuilt as a standby it takes over in its turn', async () => {
    await regions.databases.east.rebuild('west')
    await is('west', 'is confirmed', ({ role }) => role === 'active')
    await until('the witness knows', () => record().alone === false)
    await isReady('east')
    await lose('west')
    await is('east', 'writes', ({ role }) => role === 'solo')
    assert.equal((await state('east')).epoch, 65)
    assert.deepEqual(record(), { epoch: 65, region: 'east', alone: true })
  })
})
