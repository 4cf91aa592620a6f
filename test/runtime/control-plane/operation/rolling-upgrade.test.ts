import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { LedgerClient } from '../../../e2e/ledger-client.ts'
import { ANTIPODE } from '../../../toolkit/cli-process.ts'
import { ControlPlaneFleet, until } from '../control-plane-fleet.ts'
import { commitBeforeLastMigration, EarlierRelease } from './earlier-release.ts'

const commit = commitBeforeLastMigration()
const skip = commit ? false : 'the history of this checkout does not reach back before the last migration'

describe('control planes from before the last migration and from now, side by side', { skip }, () => {
  let earlier: EarlierRelease
  let fleet: ControlPlaneFleet
  let client: LedgerClient
  before(async () => {
    earlier = new EarlierRelease(commit!)
    fleet = await ControlPlaneFleet.start(['east'], 2, {}, earlier.program)
    const admin = `http://127.0.0.1:${fleet.balancers.east.admin.port}`
    client = new LedgerClient([{ name: 'east', admin, adminKey: null }], 'upgrade')
    client.start(4)
  })
  after(async () => {
    await client?.stop()
    await client?.close()
    await fleet?.close()
    earlier?.remove()
  })

  const acknowledged = () => client.entries.filter(({ outcome }) => outcome === 'acknowledged')
  const goesOn = async () => {
    const before = acknowledged().length
    await until('writes are acknowledged', () => acknowledged().length > before + 20, 120)
  }
  const replace = async (index: number, program: string) => {
    await fleet.kill('east', index)
    fleet.launch('east', index, program)
    await fleet.serving('east')
    await goesOn()
  }
  const steps = async () => {
    const [row] = await fleet.database('east').query<{ steps: string }>(STEPS, [], 'antipode')
    return Number(row?.steps)
  }

  it('the new one follows the old', async () => {
    await goesOn()
    const leader = await fleet.leaderOf('east')
    const before = await steps()
    await replace(1 - leader, ANTIPODE)
    assert.equal(await fleet.leaderOf('east'), leader)
    assert.equal(await steps(), before)
  })

  it('the new one takes over, brings the schema up to date, and is followed by the old', async () => {
    const leader = await fleet.leaderOf('east')
    const before = await steps()
    await replace(leader, earlier.program)
    assert.equal(await fleet.leaderOf('east'), 1 - leader)
    assert.ok((await steps()) > before)
  })

  it('the old one takes over with the new schema, as when an upgrade is taken back', async () => {
    const leader = await fleet.leaderOf('east')
    await replace(leader, ANTIPODE)
    assert.equal(await fleet.leaderOf('east'), 1 - leader)
  })

  it('the upgrade ends with new ones alone, and no acknowledged write is missing', async () => {
    await replace(await fleet.leaderOf('east'), ANTIPODE)
    await client.stop()
    assert.ok(acknowledged().length > 80)
    const admin = `http://127.0.0.1:${fleet.balancers.east.admin.port}`
    assert.deepEqual((await client.audit({ name: 'east', admin, adminKey: null })).missing, [])
  })
})

const STEPS = 'SELECT count(*) AS steps FROM antipode.migration'
