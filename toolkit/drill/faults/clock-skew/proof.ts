import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { ClockSkewPlan } from './fault.ts'

/** The times in what the independent client is answered are as far from its own clock as the jump, within a fifth. */
export function proveClockSkew(
  { region, by }: ClockSkewPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  const apart = seen.writes.find(
    ({ clock, ...write }) =>
      write.region === region && write.sent >= since && clock !== null && Math.abs(clock - by) < Math.abs(by) / 5,
  )
  return proveFrom(witnesses, () => apart?.ended ?? null)
}
