const TEXT = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*%$/

/** A share: finite, zero or more. It may exceed 100 %, as headroom does. */
export class Percent {
  /** 30 for 30 %. */
  readonly value: number

  /** @throws RangeError unless `value` is finite and not negative */
  constructor(value: number) {
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(`a percentage is a finite number, zero or more, not ${value} %`)
    }
    this.value = value
  }

  /** 0.3 for 30 %. */
  get fraction(): number {
    return this.value / 100
  }

  /** As files write it: `30%`; `parsePercent` reads it back. */
  toJSON(): string {
    return `${this.value}%`
  }

  /** As people read it: `30 %`. */
  toString(): string {
    return `${this.value} %`
  }
}

/** `percent(30)` is 30 %. */
export function percent(value: number): Percent {
  return new Percent(value)
}

/**
 * Reads `99.9%`.
 * @throws RangeError for anything else
 */
export function parsePercent(text: string): Percent {
  const value = TEXT.exec(text.trim())?.[1]
  if (value === undefined) throw new RangeError(`${JSON.stringify(text)} is no percentage; write 99.9%`)
  return new Percent(Number(value))
}
