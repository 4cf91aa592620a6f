import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { askRegionState } from '../../toolkit/local/supervisor/region-questions.ts'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { failoverRound, type RoundKind, type TakeOver } from './failover-round.ts'
import { RunningTopology } from './running-topology.ts'

describe('a pair that nobody operates, on real processes', () => {
  let topology: RunningTopology
  before(async () => {
    topology = await RunningTopology.start('test/e2e/automatic.yaml')
  })
  after(async () => {
    if (topology) assert.deepEqual(await topology.stop(), { code: 0, leftovers: [] })
  })

  const byItself: TakeOver = (_, to) => {
    const { admin, adminKey } = topology.region(to)
    return until(`${to} writes`, async () => (await askRegionState(admin, adminKey))?.role === 'solo', 60)
  }

  for (const [number, kind] of (['partition', 'freeze'] as RoundKind[]).entries()) {
    it(`its standby takes over, no acknowledged write is lost, and there are never two writers: ${kind}`, async () => {
      const { local, ready } = topology
      const result = await failoverRound(local, ready.regions, kind, number, 1_500, byItself)
      assert.ok(result.acknowledged > 50, `only ${result.acknowledged} writes were acknowledged`)
      assert.equal(result.lost, 0)
      assert.equal(result.overlap, 0)
    })
  }
})
