import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { request } from 'undici'
import type { RegionState } from '../../runtime/model/region-state.ts'
import type { LocalRegion, Part } from '../../toolkit/local/local-topology.ts'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { LedgerClient } from './ledger-client.ts'
import { publishRoute, untilServed } from './published-route.ts'
import { RunningTopology } from './running-topology.ts'
import { SteadyReads } from './steady-reads.ts'

describe('the death of any one process', () => {
  let topology: RunningTopology
  before(async () => {
    topology = await RunningTopology.start('stacks/examples/active-passive.ts')
  })
  after(() => topology?.stop())

  it('never stops a data plane, unless it is one, and never loses an acknowledged write', async () => {
    const { local, ready } = topology
    const [east, west] = ready.regions as [LocalRegion, LocalRegion]
    await publishRoute(east, 'steady', '/steady')
    await Promise.all(ready.regions.map((region) => untilServed(region, '/steady')))
    const ledger = new LedgerClient(ready.regions, 'one-process')
    const reads = new SteadyReads(
      ready.regions.map(({ gateway }) => `${gateway}/steady`),
      20,
    )
    try {
      ledger.start(8)
      for (const part of ['control-plane', 'database'] as const) {
        await loseAndRestart(west, part)
        await loseAndRestart(east, part)
      }
      await reads.stop()
      assert.deepEqual(reads.failures, [], `of ${reads.reads} reads`)
      await loseAndRestart(west, 'data-plane')
      await ledger.stop()
      await until('the standby has caught up', async () => (await stateOf(west))?.hash === (await stateOf(east))?.hash)
      for (const region of ready.regions) assert.deepEqual((await ledger.audit(region)).missing, [])
      assert.ok(ledger.entries.filter(({ outcome }) => outcome === 'acknowledged').length > 100)
    } finally {
      await reads.stop()
      await ledger.stop()
      await ledger.close()
    }

    async function loseAndRestart(region: LocalRegion, part: Part): Promise<void> {
      await local.kill(region.name, [part])
      await new Promise((resolve) => setTimeout(resolve, 500))
      await local.start(region.name, [part])
      await until(`${region.name} is whole again after losing its ${part}`, async () => {
        return (await stateOf(east))?.role === 'active' && (await stateOf(west))?.role === 'standby'
      })
    }
  })
})

async function stateOf(region: LocalRegion): Promise<RegionState | null> {
  try {
    const answer = await request(`${region.admin}/antipode/region`, {
      headers: region.adminKey ? { 'x-api-key': region.adminKey } : {},
    })
    return (await answer.body.json()) as RegionState
  } catch {
    return null
  }
}
