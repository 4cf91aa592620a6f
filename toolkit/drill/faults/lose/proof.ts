import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveSilence } from '../silence.ts'
import type { LosePlan } from './fault.ts'

/** What is dead refuses every connection: each witness gets no answer from any lost part. */
export function proveLose(plan: LosePlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  return proveSilence(seen, plan.region, plan.parts, witnesses, since)
}
