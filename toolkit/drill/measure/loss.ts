import type { Call } from './observations.ts'

const MONTH = 30 * 24 * 3_600

export interface CallsPerSecond {
  /** Whole seconds since the first call. */
  readonly second: number
  readonly ok: number
  readonly failed: number
}

/** Calls by the second in which they were due, without gaps. */
export function callsPerSecond(calls: readonly Call[], start: number): CallsPerSecond[] {
  const seconds: { second: number; ok: number; failed: number }[] = []
  for (const { scheduled, outcome } of calls) {
    const second = Math.max(0, Math.floor((scheduled - start) / 1_000))
    while (seconds.length <= second) seconds.push({ second: seconds.length, ok: 0, failed: 0 })
    if (outcome === 'ok') seconds[second]!.ok++
    else seconds[second]!.failed++
  }
  return seconds
}

/** Failed share, 0 to 1, of the calls due outside the outage `[from, to]`; of all calls when there was none. */
export function lossOutside(calls: readonly Call[], from: number | null, to: number | null): number {
  const outside = calls.filter(({ scheduled }) => from === null || scheduled < from || (to !== null && scheduled >= to))
  return failedShare(outside)
}

/** Failed share of the calls; 0 when there are none. */
export function failedShare(calls: readonly Call[]): number {
  return calls.length === 0 ? 0 : calls.filter(({ outcome }) => outcome !== 'ok').length / calls.length
}

/**
 * Failed calls ÷ the error budget of a month (30 days) at the drill's own rate: 0.01 is one percent of what the
 * promised availability allows to fail in a month.
 */
export function budgetBurned(calls: readonly Call[], rate: number, availability: number): number {
  const failed = calls.filter(({ outcome }) => outcome !== 'ok').length
  const allowed = rate * MONTH * (1 - availability)
  return failed === 0 ? 0 : failed / allowed
}

/** Success share of the calls sent to these regions that were due in `[from, to)`; null when there were none. */
export function successOf(calls: readonly Call[], regions: readonly string[], from: number, to: number): number | null {
  const sent = calls.filter(({ dialled, scheduled }) => {
    return dialled !== null && regions.includes(dialled) && scheduled >= from && scheduled < to
  })
  return sent.length === 0 ? null : 1 - failedShare(sent)
}

/** When the last call before `until` was sent to this region; null when none was after `since`. */
export function lastSentTo(calls: readonly Call[], region: string, since: number, until: number): number | null {
  const sent = calls.filter((call) => call.dialled === region && call.scheduled >= since && call.scheduled < until)
  return sent.length === 0 ? null : Math.max(...sent.map(({ scheduled }) => scheduled))
}

/** Every call accounted for, by what became of it. */
export interface RequestLedger {
  readonly sent: number
  readonly ok: number
  readonly failed: number
  readonly timedOut: number
  /** Reached the upstream more than once. */
  readonly duplicated: number
  /** Answered by another region than the one that was called. */
  readonly misrouted: number
  /** Answered without saying by which region. */
  readonly unknown: number
}

export function requestLedger(calls: readonly Call[], duplicated: number): RequestLedger {
  const answered = calls.filter(({ status }) => status > 0)
  return {
    sent: calls.length,
    ok: calls.filter(({ outcome }) => outcome === 'ok').length,
    failed: calls.filter(({ outcome }) => outcome !== 'ok').length,
    timedOut: calls.filter(({ outcome }) => outcome === 'timeout').length,
    duplicated,
    misrouted: answered.filter((call) => call.answered !== null && call.answered !== call.dialled).length,
    unknown: answered.filter((call) => call.answered === null).length,
  }
}
