import type { Observations, Probe } from '../measure/observations.ts'
import type { Proof } from './fault-interface.ts'
import { proveFrom } from './seen-from.ts'

/** One unanswered probe can be chance; two in a row, where there were answers before, are silence. */
const PROBES_IN_A_ROW = 2

/** Proves that every one of `parts` of a region answers none of the witnesses any more, though it did before `since`. */
export function proveSilence(
  seen: Observations,
  region: string,
  parts: readonly Probe['part'][],
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const moments = parts.map((part) =>
      silentSince(
        seen.probes.filter((probe) => probe.vantage === vantage && probe.region === region && probe.part === part),
        since,
      ),
    )
    const known = moments.filter((moment) => moment !== null)
    return known.length < parts.length ? null : Math.max(...known)
  })
}

function silentSince(probes: readonly Probe[], since: number): number | null {
  if (!probes.some((probe) => probe.answered && probe.ended <= since)) return null
  const after = probes.filter((probe) => probe.sent >= since).sort((a, b) => a.sent - b.sent)
  for (let index = 0; index + PROBES_IN_A_ROW <= after.length; index++) {
    const row = after.slice(index, index + PROBES_IN_A_ROW)
    if (row.every((probe) => !probe.answered)) return row[0]!.ended
  }
  return null
}
