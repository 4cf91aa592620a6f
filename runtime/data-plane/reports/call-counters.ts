import type { Socket } from 'node:net'
import { LATENCY_BOUNDS, LATENCY_BUCKETS, type ReportedCalls, STATUS_CLASSES } from '../../model/call-report.ts'
import type { ServedRoute } from '../configuration/serving-table.ts'

/** Where a figure stands in the counts of a route. */
const CALLS = 0
const INGRESS = 1
const EGRESS = 2
const TIME = 3
const STATUSES = 4
const LATENCY = STATUSES + STATUS_CLASSES.length
const LENGTH = LATENCY + LATENCY_BUCKETS

type Counts = Float64Array

/** What one connection had carried when its last call was counted. */
interface Carried {
  read: number
  written: number
}

/**
 * Counts calls by what served them. Counting one allocates nothing: the counts of a route are one array of numbers, made
 * with its first call, and those of a connection one object for all of its calls.
 */
export class CallCounters {
  readonly #byRoute = new Map<ServedRoute | undefined, Counts>()
  readonly #carried = new WeakMap<Socket, Carried>()

  /**
   * A call is over.
   *
   * @param route undefined where none matched
   * @param status undefined where the client left before there was one
   * @param time milliseconds
   */
  count(route: ServedRoute | undefined, status: number | undefined, time: number, socket: Socket): void {
    let counts = this.#byRoute.get(route)
    if (!counts) {
      counts = new Float64Array(LENGTH)
      this.#byRoute.set(route, counts)
    }
    counts[CALLS]! += 1
    counts[TIME]! += time
    counts[STATUSES + classOf(status)]! += 1
    counts[LATENCY + bucketOf(time)]! += 1
    this.#countBytes(counts, socket)
  }

  /** Everything counted since the last taking, one row for each route, service and upstream. */
  take(): ReportedCalls[] {
    const rows = new Map<string, ReportedCalls & { counts: Counts }>()
    for (const [route, counts] of this.#byRoute) {
      if (counts[CALLS] === 0) {
        // Not called for a while, or replaced by a newer configuration.
        this.#byRoute.delete(route)
        continue
      }
      const ids = { route: route?.id ?? '', service: route?.serviceId ?? '', upstream: route?.upstream?.id ?? '' }
      const key = JSON.stringify(Object.values(ids))
      const row = rows.get(key)
      if (row) for (let at = 0; at < LENGTH; at++) row.counts[at]! += counts[at]!
      else rows.set(key, { ...ids, counts: counts.slice() } as ReportedCalls & { counts: Counts })
      counts.fill(0)
    }
    return [...rows.values()].map(({ route, service, upstream, counts }) => ({
      ...{ route, service, upstream },
      calls: counts[CALLS]!,
      statuses: [...counts.subarray(STATUSES, LATENCY)],
      ingress: counts[INGRESS]!,
      egress: counts[EGRESS]!,
      time: Math.round(counts[TIME]! * 1000) / 1000,
      latency: [...counts.subarray(LATENCY)],
    }))
  }

  /** Of pipelined requests the first is told the bytes of all that have arrived; the sum over a connection is right. */
  #countBytes(counts: Counts, socket: Socket): void {
    let carried = this.#carried.get(socket)
    if (!carried) {
      carried = { read: 0, written: 0 }
      this.#carried.set(socket, carried)
    }
    const { bytesRead, bytesWritten } = socket
    counts[INGRESS]! += bytesRead - carried.read
    counts[EGRESS]! += bytesWritten - carried.written
    carried.read = bytesRead
    carried.written = bytesWritten
  }
}

function classOf(status: number | undefined): number {
  const first = Math.floor((status ?? 0) / 100)
  return first >= 1 && first <= 5 ? first - 1 : STATUS_CLASSES.length - 1
}

/** Most calls end in one of the first buckets. */
function bucketOf(time: number): number {
  let bucket = 0
  while (bucket < LATENCY_BOUNDS.length && time > LATENCY_BOUNDS[bucket]!) bucket++
  return bucket
}
