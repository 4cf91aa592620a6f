import { recoveryBound } from '../../../topology/index.ts'
import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'detection-in-time',
  severity: 'refuse',
  reason: 'A loss that is noticed late is answered late, whatever comes after.',
  fix: 'Check more often or lower the threshold, or promise a later detection.',
  check: ({ topologies }) =>
    topologies.flatMap(({ topology }) => {
      const { detection, detectionArithmetic } = recoveryBound(topology)
      const { detect } = topology.objectives
      if (detection.milliseconds <= detect.milliseconds) return []
      const message = `${detectionArithmetic}, above the promised ${detect}`
      return [{ message, region: GLOBAL, topology: topology.name, path: 'gslb.health' }]
    }),
  fails: { topology: { gslb: { health: { threshold: 3 } } } },
  passes: { topology: { gslb: { health: { threshold: 2 } } } },
}
