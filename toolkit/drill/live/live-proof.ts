import type { CompiledFault } from '../compile/compile-drill.ts'
import type { Proof } from '../faults/fault-interface.ts'
import type { PartitionPlan } from '../faults/partition/fault.ts'
import { proveFrom } from '../faults/seen-from.ts'
import { proveSilence } from '../faults/silence.ts'
import type { Observations } from '../measure/observations.ts'
import { OPERATOR } from './control-plane-watch.ts'

/** What is seen of a live fault: from outside, but for what only control planes know. */
export function proveLive(
  { fault, plan }: CompiledFault,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  if (fault.name === 'partition') return proveApart(plan as PartitionPlan, seen, witnesses, since)
  const [reached] = fault.reach(plan).regions
  // Of what a region loses, its gateways are what can be asked from outside.
  return proveSilence(seen, reached?.region ?? '', ['data-plane'], witnesses, since)
}

/**
 * Control planes that can be asked miss each other, though none did before, and each witness reaches the gateways of
 * both regions. Whoever asks may be in one of the two, so that one that says so is enough.
 */
function proveApart({ places }: PartitionPlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  const told = seen.controlPlanes.filter(({ vantage, region }) => vantage === OPERATOR && places.includes(region))
  const before = told.findLast(({ ended }) => ended <= since)
  const apart = told.find(({ sent, peerReachable }) => sent >= since && peerReachable === false)
  return proveFrom(witnesses, (witness) => {
    const served = places.map((place) => {
      return seen.probes.find(({ vantage, region, sent, answered }) => {
        return vantage === witness && region === place && sent >= since && answered
      })?.ended
    })
    const moments = [apart?.ended, ...served].filter((moment) => moment !== undefined)
    return before?.peerReachable && moments.length > places.length ? Math.max(...moments) : null
  })
}
