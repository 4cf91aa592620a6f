import type { Topology } from '../../../topology/index.ts'
import { worstLoss } from '../posture/capacity.ts'
import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'standby-carries-peak',
  severity: 'refuse',
  reason:
    'When a region is lost, only what already runs elsewhere counts: growing takes minutes and the control plane of the cloud.',
  fix: 'Run more instances in the regions that remain, or promise a smaller peak or headroom.',
  check: ({ topologies }) =>
    topologies.flatMap(({ topology }) => {
      const { name, peak, objectives } = topology
      const worst = worstLoss(topology)
      const needed = peak.value * (1 + objectives.headroom.fraction)
      if (worst && worst.warm >= needed - 1e-6) return []
      const message = worst
        ? `without ${worst.lost} ${worst.warm}/s run warm, but the peak of ${peak} with ${objectives.headroom} headroom needs ${Math.round(needed * 10) / 10}/s`
        : 'there is one place only, and nobody carries anything when it is lost'
      const path = worst ? `regions.${survivorOf(topology, worst.lost)}.dataPlane.instances` : 'regions'
      return [{ message, region: worst?.lost ?? GLOBAL, topology: name, path }]
    }),
  fails: { topology: { regions: { 'us-west-2': { dataPlane: { instances: 1 } } } } },
  passes: { topology: {} },
}

function survivorOf({ regions }: Topology, lost: string): string {
  return Object.keys(regions).find((region) => region !== lost) ?? lost
}
