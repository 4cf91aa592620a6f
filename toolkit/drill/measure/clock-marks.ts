/**
 * The marks of a drill's clock, monotonic milliseconds; null where a mark was never reached.
 *
 * Caller RTO = t5 − t1 · service RTO = t5 − t0 · detection = t2 − t0. Without a failed call there is no t1, and the
 * caller RTO is 0.
 */
export interface ClockMarks {
  /** The fault was carried out; its proof follows. */
  readonly struck: number | null
  /** Fault proved. */
  readonly t0: number | null
  /** First failed call. */
  readonly t1: number | null
  /** Decision: the health check failed, or the operator acted. */
  readonly t2: number | null
  /** Authoritative answer changed. */
  readonly t3: number | null
  /** Last vantage point sees it through its resolver. */
  readonly t4: number | null
  /** Start of sustained success. */
  readonly t5: number | null
  /** Every data plane serves the newest epoch; where every region writes for itself, one configuration. */
  readonly t6: number | null
  /** Start of sustained success after everything was undone. */
  readonly t7: number | null
}

export const NO_MARKS: ClockMarks = {
  struck: null,
  t0: null,
  t1: null,
  t2: null,
  t3: null,
  t4: null,
  t5: null,
  t6: null,
  t7: null,
}

export const MARK_MEANINGS: Readonly<Record<keyof ClockMarks, string>> = {
  struck: 'fault carried out',
  t0: 'fault proved',
  t1: 'first failed call',
  t2: 'decision',
  t3: 'answer changed',
  t4: 'last vantage point sees it',
  t5: 'recovered',
  t6: 'same configuration everywhere',
  t7: 'served again from where it began',
}

/** Milliseconds from one mark to another; null when either is missing. */
export function between(marks: ClockMarks, from: keyof ClockMarks, to: keyof ClockMarks): number | null {
  const start = marks[from]
  const end = marks[to]
  return start === null || end === null ? null : end - start
}
