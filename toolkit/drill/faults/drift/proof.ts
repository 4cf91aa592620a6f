import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { DriftPlan } from './fault.ts'

/** The gateway of the region answers each witness otherwise than it did, while every other one answers as before. */
export function proveDrift(
  { region }: DriftPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const own = seen.editions.filter((sample) => sample.vantage === vantage)
    const before = own.findLast((sample) => sample.region === region && sample.ended <= since)
    const changed = own.find(
      (sample) =>
        sample.region === region && sample.sent >= since && before !== undefined && sample.edition !== before.edition,
    )
    if (changed === undefined || before === undefined) return null
    const others = own.filter((sample) => sample.region !== region && sample.sent >= since)
    const kept = others.some(({ edition }) => edition === before.edition)
    return kept && others.every(({ edition }) => edition !== changed.edition) ? changed.ended : null
  })
}
