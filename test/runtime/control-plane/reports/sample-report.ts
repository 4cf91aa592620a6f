import { randomUUID } from 'node:crypto'
import {
  type CallReport,
  LATENCY_BOUNDS,
  LATENCY_BUCKETS,
  type ReportedCalls,
} from '../../../../runtime/model/call-report.ts'

/** Calls that all took the same time and ended with 200. */
export function calls(
  route: string,
  count: number,
  more: Partial<ReportedCalls> = {},
  milliseconds = 15,
): ReportedCalls {
  const bucket = LATENCY_BOUNDS.findIndex((bound) => milliseconds <= bound)
  return {
    ...{ route, service: '', upstream: '', calls: count, statuses: [0, count, 0, 0, 0, 0] },
    ...{ ingress: count * 100, egress: count * 1000, time: count * milliseconds },
    latency: Array.from({ length: LATENCY_BUCKETS }, (_, place) => (place === bucket ? count : 0)),
    ...more,
  }
}

/** A report of a data plane that has just started. */
export function report(rows: ReportedCalls[], more: Partial<CallReport> = {}): CallReport {
  const minute = Math.floor(Date.now() / 60_000) * 60_000
  return {
    ...{ format: 1, instance: null, run: randomUUID(), sequence: 1, index: 'default', region: 'east', minute, rows },
    dropped: { reports: 0, calls: 0 },
    ...more,
  }
}
