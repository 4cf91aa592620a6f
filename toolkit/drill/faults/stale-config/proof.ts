import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { StaleConfigPlan } from './fault.ts'

/** A control plane that has just started knows no revision for a moment; one that lacks some goes on knowing less. */
const SAMPLES_IN_A_ROW = 4

/** The region's control plane goes on telling each witness an older revision than it told before. */
export function proveStaleConfig(
  { region }: StaleConfigPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const samples = seen.controlPlanes
      .filter((sample) => sample.vantage === vantage && sample.region === region)
      .sort((a, b) => a.sent - b.sent)
    let newest = 0
    let older = 0
    for (const { sent, ended, revision } of samples) {
      older = sent >= since && revision < newest ? older + 1 : 0
      if (older === SAMPLES_IN_A_ROW) return ended
      newest = Math.max(newest, revision)
    }
    return null
  })
}
