import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { UpgradeDatabasePlan } from './fault.ts'

/** A region tells each witness that it writes, confirmed, in a later epoch than any that was told of before. */
export function proveUpgrade(
  { regions }: UpgradeDatabasePlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const samples = seen.controlPlanes.filter((sample) => sample.vantage === vantage && regions.includes(sample.region))
    const before = samples.filter(({ ended }) => ended < since).map(({ epoch }) => epoch)
    if (before.length === 0) return null
    const newest = Math.max(...before)
    const later = samples.find(({ sent, role, epoch }) => sent >= since && role === 'active' && epoch > newest)
    return later ? later.ended : null
  })
}
