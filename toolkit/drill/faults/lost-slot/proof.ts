import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { LostSlotPlan } from './fault.ts'

/** The standby, which streamed before, tells each witness that it does not any more. */
export function proveLostSlot(
  { region }: LostSlotPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const samples = seen.controlPlanes.filter((sample) => sample.vantage === vantage && sample.region === region)
    const streamed = samples.some(({ ended, streaming }) => ended < since && streaming === true)
    const ended = samples.find((sample) => sample.sent >= since && sample.streaming === false)
    return streamed && ended ? ended.ended : null
  })
}
