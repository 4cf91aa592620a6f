import { recoveryBound } from '../../../topology/index.ts'
import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'ttl-fits-rto',
  severity: 'refuse',
  reason: 'Resolvers go on sending callers to a lost region for as long as the TTL says.',
  fix: 'Lower gslb.ttl, check more often, or promise a longer RTO.',
  check: ({ topologies }) =>
    topologies.flatMap(({ topology }) => {
      const { total, arithmetic } = recoveryBound(topology)
      const { rto } = topology.objectives
      if (total.milliseconds <= rto.milliseconds) return []
      const message = `${arithmetic}, above the promised RTO of ${rto}`
      return [{ message, region: GLOBAL, topology: topology.name, path: 'gslb.ttl' }]
    }),
  fails: { topology: { gslb: { ttl: '60s' } } },
  passes: { topology: { gslb: { ttl: '10s' } } },
}
