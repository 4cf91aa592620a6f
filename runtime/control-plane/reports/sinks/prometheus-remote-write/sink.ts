import { randomUUID } from 'node:crypto'
import { LATENCY_BOUNDS, STATUS_CLASSES } from '../../../../model/call-report.ts'
import type { PrometheusSettings } from '../../../../model/report-sink-settings.ts'
import type { CallSum } from '../../call-sums.ts'
import { figuresOf } from '../call-figures.ts'
import { labelsOf, mergeByLabels } from '../merge-batches.ts'
import { DELIVERY_TIMEOUT, type ReportSink, SinkRefusal } from '../report-sink.ts'

interface Total {
  readonly row: CallSum
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

interface Series {
  readonly labels: { __name__: string; [name: string]: string }
  readonly samples: { value: number; timestamp: number }[]
}

/** A series that did not change for so long is begun anew when it does. Milliseconds. */
const FORGOTTEN_AFTER = 3_600_000

/**
 * Counters that only grow, as Prometheus knows them, at the time they are sent: so nothing is too old for the server
 * after an outage, and its totals are right, though the calls of the outage appear at its end.
 *
 * The counters are this sink's own (label `writer`) and begin at zero, which is sent first, so that their first increase
 * counts as well. What is sent again after a failure is the same total: Prometheus counts it once. A process that ends
 * between a delivery and its note of it begins new counters and counts that delivery twice.
 */
export async function openPrometheusSink(settings: PrometheusSettings): Promise<ReportSink> {
  const { pushTimeseries } = await import('prometheus-remote-write')
  const { url, headers = {}, username, password = '' } = settings
  const writer = randomUUID().slice(0, 8)
  let totals = new Map<string, Total>()
  let newest = 0

  return {
    async deliver(batches) {
      const now = Math.max(Date.now(), newest + 2)
      const next = new Map(totals)
      const series: Series[] = []
      for (const [key, row] of mergeByLabels(batches)) {
        const known = totals.get(key)?.row
        const sums = known ? row.sums.map((sum, place) => sum + known.sums[place]!) : row.sums
        const total = { ...row, sums }
        next.set(key, { row: total, changedAt: now })
        const zero = known ? undefined : { ...row, sums: row.sums.map(() => 0) }
        series.push(...seriesOf(total, zero, now, writer))
      }
      newest = now
      const answer = await pushTimeseries(series, {
        url,
        headers: { ...headers, 'Content-Encoding': 'snappy', 'X-Prometheus-Remote-Write-Version': '0.1.0' },
        ...(username !== undefined && { auth: { username, password } }),
        fetch: ((to: string, init: RequestInit) =>
          fetch(to, { ...init, signal: AbortSignal.timeout(DELIVERY_TIMEOUT) })) as never,
      })
      if (answer.status >= 300) {
        const message = `it answered ${answer.status}: ${answer.errorMessage?.slice(0, 300)}`
        throw answer.status < 500 && answer.status !== 429 ? new SinkRefusal(message) : new Error(message)
      }
      totals = new Map([...next].filter(([, { changedAt }]) => now - changedAt < FORGOTTEN_AFTER))
    },
    close: async () => {},
  }
}

/** The counters of a row, and before them zeros where they are new. */
function seriesOf(row: CallSum, zero: CallSum | undefined, now: number, writer: string): Series[] {
  const before = zero && countersOf(zero)
  return countersOf(row).map(({ name, labels, value }, place) => ({
    labels: sorted({ __name__: `antipode_${name}`, ...labelsOf(row), ...labels, writer }),
    samples: [...(before ? [{ value: before[place]!.value, timestamp: now - 1 }] : []), { value, timestamp: now }],
  }))
}

function countersOf(row: CallSum): { name: string; labels: Record<string, string>; value: number }[] {
  const { calls, statuses, ingress, egress, latency, time } = figuresOf(row)
  let below = 0
  return [
    ...STATUS_CLASSES.map((status, place) => ({ name: 'calls_total', labels: { status }, value: statuses[place]! })),
    { name: 'call_bytes_total', labels: { direction: 'ingress' }, value: ingress },
    { name: 'call_bytes_total', labels: { direction: 'egress' }, value: egress },
    ...LATENCY_BOUNDS.map((bound, place) => {
      below += latency[place]!
      return { name: 'call_duration_milliseconds_bucket', labels: { le: String(bound) }, value: below }
    }),
    { name: 'call_duration_milliseconds_bucket', labels: { le: '+Inf' }, value: calls },
    { name: 'call_duration_milliseconds_sum', labels: {}, value: time },
    { name: 'call_duration_milliseconds_count', labels: {}, value: calls },
  ]
}

/** Receivers may refuse labels in any other order. */
function sorted(labels: Series['labels']): Series['labels'] {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) as Series['labels']
}
