import { LATENCY_BUCKETS, STATUS_CLASSES } from '../../../model/call-report.ts'
import type { CallSum } from '../call-sums.ts'

/** The sums of a row by name; see `CALL_SUMS` for their order. */
export interface CallFigures {
  readonly calls: number
  /** In the order of `STATUS_CLASSES`. */
  readonly statuses: readonly number[]
  readonly ingress: number
  readonly egress: number
  /** Calls in each bucket of `LATENCY_BOUNDS`, and past the last. */
  readonly latency: readonly number[]
  /** Milliseconds. */
  readonly time: number
}

export function figuresOf({ sums }: Pick<CallSum, 'sums'>): CallFigures {
  const bytes = 1 + STATUS_CLASSES.length
  const latency = bytes + 2
  return {
    calls: sums[0]!,
    statuses: sums.slice(1, bytes),
    ingress: sums[bytes]!,
    egress: sums[bytes + 1]!,
    latency: sums.slice(latency, latency + LATENCY_BUCKETS),
    time: sums[latency + LATENCY_BUCKETS]!,
  }
}
