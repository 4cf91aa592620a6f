import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveSilence } from '../silence.ts'
import type { CrashWhilePublishingPlan } from './fault.ts'

/** Each witness gets no answer from the control plane any more; the report counts the writes that it left in doubt. */
export function proveCrash(
  { region }: CrashWhilePublishingPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveSilence(seen, region, ['control-plane'], witnesses, since)
}
