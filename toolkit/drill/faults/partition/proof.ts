import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import type { PartitionPlan } from './fault.ts'

/** Each witness reaches the control planes and data planes of both regions, and both say that they miss each other. */
export function provePartition(
  plan: PartitionPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  const seenFrom: string[] = []
  let at: number | null = null
  for (const vantage of witnesses) {
    const missed = plan.regions.map(
      (region) =>
        seen.controlPlanes.find(
          (sample) =>
            sample.vantage === vantage &&
            sample.region === region &&
            sample.sent >= since &&
            sample.peerReachable === false,
        )?.ended,
    )
    const served = plan.regions.every((region) =>
      seen.probes.some(
        (probe) =>
          probe.vantage === vantage &&
          probe.region === region &&
          probe.part === 'data-plane' &&
          probe.sent >= since &&
          probe.answered,
      ),
    )
    const moments = missed.filter((moment) => moment !== undefined)
    if (!served || moments.length < plan.regions.length) continue
    seenFrom.push(vantage)
    at = Math.max(at ?? 0, ...moments)
  }
  const proved = seenFrom.length === witnesses.length && witnesses.length > 0
  return { proved, at: proved ? at : null, seenFrom, of: witnesses }
}
