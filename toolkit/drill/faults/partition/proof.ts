import type { Place } from '../../../local/local-topology.ts'
import type { ControlPlaneSample, Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { PartitionPlan } from './fault.ts'

/**
 * What joins two places, and so shows that they are apart: `peers` (regions, or their control planes, which ask each
 * other), `streaming` (databases), `inside` (a control plane and its own database), `fleet` (a control plane and its
 * own data planes). Undefined where nothing that passes between them can be seen.
 */
export function joinOf([one, other]: readonly [Place, Place]): 'peers' | 'streaming' | 'inside' | 'fleet' | undefined {
  const [a = '', part] = one.split('/')
  const [b = '', otherPart] = other.split('/')
  const parts = [part, otherPart].map((name) => name ?? 'all')
  const are = (...names: string[]) => parts.toSorted().join() === names.toSorted().join()
  if (a !== b) {
    if (are('all', 'all') || are('control-plane', 'control-plane') || are('all', 'control-plane')) return 'peers'
    return are('database', 'database') || are('all', 'database') ? 'streaming' : undefined
  }
  if (are('control-plane', 'database')) return 'inside'
  return are('control-plane', 'data-plane') ? 'fleet' : undefined
}

/**
 * Each witness reaches every control plane and data plane concerned, and the control planes say what they miss: each
 * other, the stream of changes, their database, or their data planes.
 */
export function provePartition(
  plan: PartitionPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  const regions = [...new Set(plan.places.map((place) => place.split('/')[0]!))]
  const join = joinOf(plan.places)
  const misses: Record<NonNullable<typeof join>, (sample: ControlPlaneSample) => boolean> = {
    peers: ({ peerReachable }) => peerReachable === false,
    streaming: ({ streaming }) => streaming === false,
    inside: ({ databaseReachable }) => !databaseReachable,
    fleet: ({ healthyInstances }) => healthyInstances === 0,
  }
  return proveFrom(witnesses, (vantage) => {
    const moments = regions.map(
      (region) =>
        seen.controlPlanes.find(
          (sample) =>
            sample.vantage === vantage && sample.region === region && sample.sent >= since && misses[join!](sample),
        )?.ended,
    )
    const served = regions.every((region) =>
      seen.probes.some(
        (probe) =>
          probe.vantage === vantage &&
          probe.region === region &&
          probe.part === 'data-plane' &&
          probe.sent >= since &&
          probe.answered,
      ),
    )
    const missed = moments.filter((moment) => moment !== undefined)
    // Only the one that streams can miss the stream; peers miss each other.
    const wanted = join === 'streaming' ? 1 : regions.length
    return served && missed.length >= wanted ? Math.max(...missed) : null
  })
}
