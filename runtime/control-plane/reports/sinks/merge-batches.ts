import type { CallSum } from '../call-sums.ts'
import type { SinkBatch } from './report-sink.ts'

/** What tells calls apart beside the time, as labels. */
export function labelsOf({ group, index, region, route, service, upstream }: CallSum): Record<string, string> {
  return { group, index, region, route, service, upstream }
}

/** Calls of several batches added up by their labels, whatever their minute; each at its earliest one. */
export function mergeByLabels(batches: readonly SinkBatch[]): Map<string, CallSum> {
  const merged = new Map<string, CallSum>()
  for (const row of batches.flatMap(({ rows }) => rows)) {
    const key = JSON.stringify(labelsOf(row))
    const known = merged.get(key)
    const sums = known ? known.sums.map((sum, place) => sum + row.sums[place]!) : [...row.sums]
    merged.set(key, { ...row, at: Math.min(row.at, known?.at ?? row.at), sums })
  }
  return merged
}
