/**
 * Milliseconds of the machine's monotonic clock. All processes of one machine share it, and nobody can set it, so times
 * taken in different processes of a drill compare exactly.
 */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Where the monotonic clock stood when the wall clock was read, to print times of the one as times of the other. */
export interface ClockAnchor {
  readonly monotonic: number
  /** Milliseconds since 1970. */
  readonly wall: number
}

export function anchorClocks(): ClockAnchor {
  return { monotonic: monotonicNow(), wall: Date.now() }
}

export function toWall(anchor: ClockAnchor, monotonic: number): string {
  return new Date(anchor.wall + monotonic - anchor.monotonic).toISOString()
}

export function fromWall(anchor: ClockAnchor, iso: string): number {
  return anchor.monotonic + Date.parse(iso) - anchor.wall
}
