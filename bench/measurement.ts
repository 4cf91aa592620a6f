/** One figure of a benchmark: what was measured, in which unit, what it must reach, and every value seen. */
export interface Measurement {
  readonly what: string
  readonly unit: string
  /** The most it may be; absent where there is no promise. */
  readonly reach?: number
  /** The least it may be, where more is better. */
  readonly least?: number
  readonly values: readonly number[]
  /** Out of how many, where the values count cases. */
  readonly of?: number
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Nearest rank. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? Number.NaN
}
