import { type CallReport, LATENCY_BOUNDS, STATUS_CLASSES } from '../../model/call-report.ts'

/** What calls are told apart by, as columns. */
export const CALL_KEYS = ['at', 'gateway_group', 'index', 'region', 'route', 'service', 'upstream'] as const
export const STATUS_COLUMNS = STATUS_CLASSES.map((name) => `status_${name}`)
export const LATENCY_COLUMNS = [...LATENCY_BOUNDS.map((bound) => `latency_${bound}`), 'latency_more']
/** What is added up, as columns. */
export const CALL_SUMS = ['calls', ...STATUS_COLUMNS, 'ingress', 'egress', ...LATENCY_COLUMNS, 'time'] as const

/** Calls of one minute that have everything in common. */
export interface CallSum {
  /** Start of the minute or hour, milliseconds since 1970. */
  readonly at: number
  readonly group: string
  readonly index: string
  readonly region: string
  readonly route: string
  readonly service: string
  readonly upstream: string
  /** In the order of `CALL_SUMS`. */
  readonly sums: number[]
}

/** Adds up calls by all that tells them apart. */
export class CallSums {
  readonly #span: number
  readonly #byKey = new Map<string, CallSum>()

  /** @param span milliseconds that share a sum */
  constructor(span: number) {
    this.#span = span
  }

  get size(): number {
    return this.#byKey.size
  }

  /** @param now milliseconds since 1970: a data plane whose clock is ahead counts for this minute */
  add(group: string, { minute, index, region, rows }: CallReport, now: number): void {
    const at = Math.floor(Math.min(minute, now) / this.#span) * this.#span
    for (const { route, service, upstream, ...counts } of rows) {
      const { calls, statuses, ingress, egress, latency, time } = counts
      const sums = [calls, ...statuses, ingress, egress, ...latency, time]
      this.#add({ ...{ at, group, index, region, route, service, upstream }, sums })
    }
  }

  list(): CallSum[] {
    return [...this.#byKey.values()]
  }

  #add(more: CallSum): void {
    const { at, group, index, region, route, service, upstream, sums } = more
    const key = JSON.stringify([at, group, index, region, route, service, upstream])
    const known = this.#byKey.get(key)
    if (!known) this.#byKey.set(key, more)
    else for (let place = 0; place < sums.length; place++) known.sums[place]! += sums[place]!
  }
}

/** As the columns of the tables. */
export function asRow({ at, group, sums, ...names }: CallSum): Record<string, unknown> {
  const counts = Object.fromEntries(CALL_SUMS.map((column, place) => [column, sums[place]]))
  return { at: new Date(at).toISOString(), gateway_group: group, ...names, ...counts }
}
