import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { failback } from '../../toolkit/failover/failback.ts'
import { failover } from '../../toolkit/failover/failover.ts'
import { LocalDriver } from '../../toolkit/failover/local-driver.ts'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { failoverRound, type RoundKind } from './failover-round.ts'
import { LedgerClient } from './ledger-client.ts'
import { RunningTopology } from './running-topology.ts'

describe('failover and failback on real processes', () => {
  let topology: RunningTopology
  before(async () => {
    topology = await RunningTopology.start('stacks/examples/active-passive.ts')
  })
  after(async () => {
    if (topology) assert.deepEqual(await topology.stop(), { code: 0, leftovers: [] })
  })

  for (const [number, kind] of (['kill-slow-link', 'partition', 'freeze'] as RoundKind[]).entries()) {
    it(`loses no acknowledged write, and never has two writers: ${kind}`, async () => {
      const result = await failoverRound(topology.local, topology.ready.regions, kind, number)
      assert.ok(result.acknowledged > 50, `only ${result.acknowledged} writes were acknowledged`)
      assert.equal(result.lost, 0)
      assert.equal(result.overlap, 0)
    })
  }
})

describe("commit: 'local' under a slow link", () => {
  let topology: RunningTopology
  before(async () => {
    topology = await RunningTopology.start('test/e2e/commit-local.yaml')
  })
  after(() => topology?.stop())

  it('loses writes in a failover, says so beforehand, and names exactly those afterwards', async () => {
    const { local, ready } = topology
    const [east, west] = [topology.region('us-east-1'), topology.region('us-west-2')]
    const driver = new LocalDriver(local)
    const ledger = new LedgerClient(ready.regions, 'lossy')
    try {
      // Long enough on the way that the kill, right after an acknowledgement, surely finds acknowledged writes there.
      await local.link(east.name, west.name, { delay: 200 })
      ledger.start(8)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      const acknowledged = () => ledger.entries.filter(({ outcome }) => outcome === 'acknowledged').length
      const before = acknowledged()
      await until('a write is acknowledged', () => acknowledged() > before)
      await local.kill(east.name, ['data-plane', 'control-plane', 'database'])
      await assert.rejects(failover(driver, { to: west.name, yes: true }), /--allow-data-loss/)
      const moved = await failover(driver, { to: west.name, yes: true, allowDataLoss: true })
      await ledger.stop()
      await local.link(east.name, west.name, { delay: 0 })
      assert.ok(moved.lostAtMost.seconds > 0)
      const returned = await failback(driver, { to: east.name, yes: true })
      const { missing } = await ledger.audit(east)
      assert.ok(missing.length > 0, 'nothing was lost, so this shows nothing')
      const reported = new Set(returned.lost)
      assert.deepEqual(
        missing.filter((id) => !reported.has(id)),
        [],
        'a lost write was not reported',
      )
      assert.ok(returned.orphans, 'the rows that only the old primary held were not kept')
    } finally {
      await ledger.stop()
      await ledger.close()
    }
  })
})
