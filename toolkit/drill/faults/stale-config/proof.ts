import { compareVersions } from '../../../../runtime/model/version.ts'
import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { StaleConfigPlan } from './fault.ts'

/** A control plane that has just started knows no revision for a moment; one that lacks some goes on knowing less. */
const SAMPLES_IN_A_ROW = 4

type SeenAt = (seen: Observations, region: string, vantage: string, since: number) => number | null

export function proveStaleConfig(
  { region, from }: StaleConfigPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  const seenAt = from === 'backup' ? toldByControlPlane : toldByDataPlane
  return proveFrom(witnesses, (vantage) => seenAt(seen, region, vantage, since))
}

/** The region's control plane goes on telling the witness an older revision than it told before. */
const toldByControlPlane: SeenAt = (seen, region, vantage, since) => {
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
}

/** The region's data plane says that it has refused what is older than what it holds; or it serves it. */
const toldByDataPlane: SeenAt = (seen, region, vantage, since) => {
  const samples = seen.dataPlanes
    .filter((sample) => sample.vantage === vantage && sample.region === region)
    .sort((a, b) => a.sent - b.sent)
  const before = samples.findLast(({ ended }) => ended < since)
  if (before === undefined) return null
  let newest = before
  for (const sample of samples.filter(({ sent }) => sent >= since)) {
    if (sample.refusedAsOlder > before.refusedAsOlder || compareVersions(sample, newest) < 0) return sample.ended
    newest = sample
  }
  return null
}
