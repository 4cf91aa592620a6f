/** Prometheus' text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly value: number
  readonly labels?: Labels
  /** Follows the name of the metric, as `_bucket` does. */
  readonly suffix?: string
}

/** One metric with all its label values. */
export interface Metric {
  /** `[a-z_]+`; a counter's ends in `_total`. */
  readonly name: string
  /** One sentence for people. */
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  samples(): Iterable<Sample>
}

/** What is known at the moment of asking. A number stands for one sample without labels, null for none. */
export function gauge(name: string, help: string, read: () => number | null | Iterable<Sample>): Metric {
  return { name, help, type: 'gauge', samples: () => samplesOf(read()) }
}

/** A count that is kept elsewhere and only grows. */
export function countOf(name: string, help: string, read: () => number): Metric {
  return { name, help, type: 'counter', samples: () => samplesOf(read()) }
}

/** A count that only grows, for every value of one label. */
export class Counter implements Metric {
  readonly type = 'counter'
  readonly name: string
  readonly help: string
  readonly #label: string
  readonly #counts: Map<string, number>

  /** @param values that are there from the start, so that their first increase is seen as one */
  constructor(name: string, help: string, label: string, values: readonly string[]) {
    this.name = name
    this.help = help
    this.#label = label
    this.#counts = new Map(values.map((value) => [value, 0]))
  }

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1)
  }

  *samples(): Iterable<Sample> {
    for (const [label, value] of this.#counts) yield { value, labels: { [this.#label]: label } }
  }
}

/** How long something took, in seconds, counted into cumulative buckets. */
export class Histogram implements Metric {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0
  #count = 0

  /** @param bounds upper ones, included, ascending; a last bucket without one is always there */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name
    this.help = help
    this.#bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(seconds: number): void {
    const bucket = this.#bounds.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) this.#counts[bucket]! += 1
    this.#sum += seconds
    this.#count += 1
  }

  *samples(): Iterable<Sample> {
    let below = 0
    for (const [index, bound] of this.#bounds.entries()) {
      below += this.#counts[index]!
      yield { suffix: '_bucket', labels: { le: String(bound) }, value: below }
    }
    yield { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count }
    yield { suffix: '_sum', value: this.#sum }
    yield { suffix: '_count', value: this.#count }
  }
}

/** Everything at this moment, as Prometheus reads it. */
export function expose(metrics: Iterable<Metric>): string {
  const lines: string[] = []
  for (const metric of metrics) {
    const { name, help, type } = metric
    lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`)
    for (const { value, labels = {}, suffix = '' } of metric.samples()) {
      lines.push(`${name}${suffix}${labelText(labels)} ${numberText(value)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function samplesOf(read: number | null | Iterable<Sample>): Iterable<Sample> {
  if (read === null) return []
  return typeof read === 'number' ? [{ value: read }] : read
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
