const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const TEXT = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(ms|s|m|h)$/

/** A length of time: finite, zero or more. */
export class Duration {
  readonly milliseconds: number

  /** @throws RangeError unless `milliseconds` is finite and not negative */
  constructor(milliseconds: number) {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new RangeError(`a duration is a finite length of time, zero or more, not ${milliseconds} ms`)
    }
    this.milliseconds = milliseconds
  }

  get seconds(): number {
    return this.milliseconds / 1_000
  }

  /** As files write it: `10s`, `250ms`; `parseDuration` reads it back. */
  toJSON(): string {
    return Number.isInteger(this.seconds) && this.seconds * 1_000 === this.milliseconds
      ? `${this.seconds}s`
      : `${this.milliseconds}ms`
  }

  /** As people read it: `10 s`, `250 ms`. */
  toString(): string {
    return this.toJSON().replace(/(m?s)$/, ' $1')
  }
}

export function milliseconds(count: number): Duration {
  return new Duration(count)
}

/** `seconds(10)` is 10 s; kept to the microsecond. */
export function seconds(count: number): Duration {
  return new Duration(Math.round(count * 1_000_000) / 1_000)
}

export function minutes(count: number): Duration {
  return seconds(count * 60)
}

/**
 * Reads `250ms`, `40s`, `10m` or `2h`.
 * @throws RangeError for anything else
 */
export function parseDuration(text: string): Duration {
  const [, count, unit] = TEXT.exec(text.trim()) ?? []
  if (count === undefined) throw new RangeError(`${JSON.stringify(text)} is no duration; write 250ms, 40s, 10m or 2h`)
  return new Duration(Number(count) * UNITS[unit as keyof typeof UNITS])
}
