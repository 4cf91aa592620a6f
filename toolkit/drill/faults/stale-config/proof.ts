import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { StaleConfigPlan } from './fault.ts'

/** The region's control plane tells each witness an older revision of the epoch than it told before. */
export function proveStaleConfig(
  { region }: StaleConfigPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const samples = seen.controlPlanes.filter((sample) => sample.vantage === vantage && sample.region === region)
    let newest = 0
    for (const { sent, ended, revision } of samples.toSorted((a, b) => a.sent - b.sent)) {
      if (sent >= since && revision > 0 && revision < newest) return ended
      newest = Math.max(newest, revision)
    }
    return null
  })
}
