import type { AnswerSample, Call, DataPlaneSample } from './observations.ts'

/** When the first call failed that was under way at `since` or sent later; null when none did. */
export function firstFailure(calls: readonly Call[], since: number): number | null {
  const failed = calls.filter((call) => call.outcome !== 'ok' && call.ended >= since)
  return failed.length === 0 ? null : Math.min(...failed.map((call) => call.scheduled))
}

/**
 * The start of the first window of sustained success: the earliest moment, at or after `from`, from which on at least
 * `atLeast` of the calls due in the next `window` milliseconds succeeded. Only windows that end by `until`, when every
 * call due is known, count. After a failure a window can begin only with a call that succeeded.
 */
export function sustainedSuccess(
  calls: readonly Call[],
  from: number,
  window: number,
  atLeast: number,
  until: number,
): number | null {
  const due = calls.filter((call) => call.scheduled >= from && call.scheduled < until)
  due.sort((a, b) => a.scheduled - b.scheduled)
  const failedBefore = [0]
  for (const call of due) failedBefore.push(failedBefore.at(-1)! + (call.outcome === 'ok' ? 0 : 1))

  let end = 0
  for (let start = 0; start < due.length; start++) {
    const opens = start === 0 ? from : due[start]!.scheduled
    if (opens + window > until) return null
    const afterFailure = start > 0 && due[start - 1]!.outcome !== 'ok'
    if (due[start]!.outcome !== 'ok' || (start > 0 && !afterFailure)) continue
    while (end < due.length && due[end]!.scheduled < opens + window) end++
    const failed = failedBefore[end]! - failedBefore[start]!
    if (1 - failed / (end - start) >= atLeast) return opens
  }
  return null
}

/**
 * When the GSLB itself first answered a vantage point with another region than the one it leaves; null while it has not.
 *
 * @param leaving the region that each vantage point was answered with, of those that have to move
 */
export function answerChanged(
  answers: readonly AnswerSample[],
  leaving: Readonly<Record<string, string>>,
  since: number,
): number | null {
  const changed = answers.filter(({ vantage, seen, at, region }) => {
    const left = leaving[vantage]
    return seen === 'authoritative' && at >= since && region !== null && left !== undefined && region !== left
  })
  return changed.length === 0 ? null : Math.min(...changed.map(({ at }) => at))
}

/** When the last of those vantage points had the new answer through its resolver; null until all have. */
export function everyVantageMoved(
  answers: readonly AnswerSample[],
  leaving: Readonly<Record<string, string>>,
  since: number,
): number | null {
  const moments = Object.entries(leaving).map(([vantage, left]) => {
    return answers
      .filter((answer) => answer.vantage === vantage && answer.seen === 'resolver' && answer.at >= since)
      .filter(({ region }) => region !== null && region !== left)
      .reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
  })
  const last = Math.max(...moments)
  return Number.isFinite(last) ? last : null
}

/** When, after `since`, every region's data plane had been seen on the newest epoch of all; null until then. */
export function parityReached(
  samples: readonly DataPlaneSample[],
  regions: readonly string[],
  since: number,
): number | null {
  const later = samples.filter(({ sent }) => sent >= since)
  const newest = Math.max(...later.map(({ epoch }) => epoch))
  const moments = regions.map((region) => {
    const there = later.filter((sample) => sample.region === region && sample.epoch === newest)
    return there.reduce((first, { ended }) => Math.min(first, ended), Number.POSITIVE_INFINITY)
  })
  const last = Math.max(...moments)
  return Number.isFinite(last) ? last : null
}
