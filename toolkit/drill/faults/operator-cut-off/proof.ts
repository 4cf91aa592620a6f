import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { OperatorCutOffPlan } from './fault.ts'

/** Writes in a row that only the other regions acknowledged; one or two can be chance. */
const WRITES_IN_A_ROW = 10

/**
 * The independent client, which reaches regions as their operator does, is answered by the others and no longer by this
 * one, although its control plane answers vantage points.
 */
export function proveOperatorCutOff(
  { region }: OperatorCutOffPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  const acknowledged = seen.writes.filter(({ outcome }) => outcome === 'acknowledged')
  const last = Math.max(since, ...acknowledged.filter((write) => write.region === region).map(({ ended }) => ended))
  const alone = acknowledged
    .filter((write) => write.region !== region && write.sent > last)
    .sort((a, b) => a.ended - b.ended)[WRITES_IN_A_ROW - 1]
  const lives = seen.controlPlanes.some((sample) => sample.region === region && sample.sent > last)
  return proveFrom(witnesses, () => (lives ? (alone?.ended ?? null) : null))
}
