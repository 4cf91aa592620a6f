import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveSilence } from '../silence.ts'
import type { FreezePlan } from './fault.ts'

/** What is frozen lets connections in and says nothing: each witness waits in vain for every frozen part. */
export function proveFreeze(plan: FreezePlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  return proveSilence(seen, plan.region, plan.parts, witnesses, since)
}
