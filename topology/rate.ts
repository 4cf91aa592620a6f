const TEXT = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*\/\s*s$/

/** Calls per second: finite, zero or more. */
export class Rate {
  /** Calls per second. */
  readonly value: number

  /** @throws RangeError unless `value` is finite and not negative */
  constructor(value: number) {
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(`a rate is a finite number of calls per second, zero or more, not ${value}/s`)
    }
    this.value = value
  }

  /** As files write it: `4000/s`; `parseRate` reads it back. */
  toJSON(): string {
    return `${this.value}/s`
  }

  toString(): string {
    return this.toJSON()
  }
}

export function perSecond(calls: number): Rate {
  return new Rate(calls)
}

/**
 * Reads `200/s`.
 * @throws RangeError for anything else
 */
export function parseRate(text: string): Rate {
  const calls = TEXT.exec(text.trim())?.[1]
  if (calls === undefined) throw new RangeError(`${JSON.stringify(text)} is no rate; write 200/s`)
  return new Rate(Number(calls))
}
