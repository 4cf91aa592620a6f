import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { BadConfigPushedPlan } from './fault.ts'

/** A gateway answers each witness with an error of its own, and answered it well before. */
export function proveBadConfig(
  _: BadConfigPushedPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const calls = seen.calls.filter((call) => call.vantage === vantage)
    const good = calls.some(({ ended, outcome }) => ended < since && outcome === 'ok')
    const bad = calls.find(({ sent, status }) => sent >= since && status >= 500)
    return good && bad ? bad.ended : null
  })
}
