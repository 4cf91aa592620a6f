import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveSilence } from '../silence.ts'
import type { UpstreamRegionLostPlan } from './fault.ts'

/** Each witness asks the node itself, past every gateway, and gets no answer any more. */
export function proveUpstreamLost(
  { region }: UpstreamRegionLostPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveSilence(seen, region, ['upstream'], witnesses, since)
}
