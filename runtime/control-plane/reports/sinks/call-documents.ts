import { LATENCY_BOUNDS, STATUS_CLASSES } from '../../../model/call-report.ts'
import type { CallSum } from '../call-sums.ts'
import { figuresOf } from './call-figures.ts'
import { labelsOf } from './merge-batches.ts'
import type { SinkBatch } from './report-sink.ts'

/** A row as one JSON document. */
export interface CallDocument {
  /** The same each time that its batch is delivered. */
  readonly id: string
  readonly at: number
  readonly body: Readonly<Record<string, unknown>>
}

export function documentsOf({ id, rows }: SinkBatch): CallDocument[] {
  return rows.map((row, place) => ({ id: `${id}-${place}`, at: row.at, body: bodyOf(row) }))
}

function bodyOf(row: CallSum): Record<string, unknown> {
  const { calls, statuses, ingress, egress, latency, time } = figuresOf(row)
  const named = (names: readonly string[], counts: readonly number[]) =>
    Object.fromEntries(names.map((name, place) => [name, counts[place]!]))
  return {
    '@timestamp': new Date(row.at).toISOString(),
    ...labelsOf(row),
    calls,
    statuses: named(STATUS_CLASSES, statuses),
    ingress,
    egress,
    time,
    latency: named([...LATENCY_BOUNDS.map((bound) => `to_${bound}`), 'more'], latency),
  }
}
