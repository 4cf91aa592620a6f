import type { Part } from '../../local/local-topology.ts'
import type { Observations, Probe } from '../measure/observations.ts'
import type { Proof } from './fault-interface.ts'

/** One unanswered probe can be chance; two in a row, where there were answers before, are silence. */
const PROBES_IN_A_ROW = 2

/** Proves that every one of `parts` of a region answers none of the witnesses any more, though it did before `since`. */
export function proveSilence(
  seen: Observations,
  region: string,
  parts: readonly Part[],
  witnesses: readonly string[],
  since: number,
): Proof {
  const seenFrom: string[] = []
  let at: number | null = null
  for (const vantage of witnesses) {
    const moments = parts.map((part) =>
      silentSince(
        seen.probes.filter((probe) => probe.vantage === vantage && probe.region === region && probe.part === part),
        since,
      ),
    )
    const known = moments.filter((moment) => moment !== null)
    if (known.length < parts.length) continue
    seenFrom.push(vantage)
    at = Math.max(at ?? 0, ...known)
  }
  const proved = seenFrom.length === witnesses.length && witnesses.length > 0
  return { proved, at: proved ? at : null, seenFrom, of: witnesses }
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
