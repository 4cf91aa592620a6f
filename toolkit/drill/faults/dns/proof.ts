import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { DnsPlan } from './fault.ts'

/** Each witness asks for itself: it is told the wrong region, or is told to keep an answer longer than before. */
export function proveDns(plan: DnsPlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  return proveFrom(witnesses, (vantage) => {
    const asked = seen.answers.filter((answer) => answer.vantage === vantage && answer.seen === 'authoritative')
    const before = asked.findLast(({ at }) => at < since)
    const wrong = asked.find(({ at, region, ttl }) => {
      if (at < since || before === undefined) return false
      return plan.region === null ? (ttl ?? 0) > (before.ttl ?? 0) : region === plan.region && before.region !== region
    })
    return wrong?.at ?? null
  })
}
