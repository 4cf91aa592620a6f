/** A timer set for longer than this, 24.8 days, would go off at once. */
const LONGEST = 2 ** 31 - 1

/** Seconds as configured, in milliseconds as timers take them. */
export function milliseconds(seconds: number): number {
  return Math.min(LONGEST, Math.max(1, seconds * 1000))
}
