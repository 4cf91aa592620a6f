import {
  type Duration,
  type Percent,
  parseDuration,
  parsePercent,
  parseRate,
  type Rate,
} from '../../../topology/index.ts'
import type { ProblemList, SpecPath } from './problem-list.ts'

type Reader<T> = (value: unknown, path: SpecPath) => T | undefined

/** The fields of one mapping of a drill's file. Every reader reports what it cannot take and gives undefined. */
export class Fields {
  readonly #problems: ProblemList
  readonly #path: SpecPath
  readonly #values: Readonly<Record<string, unknown>>

  constructor(problems: ProblemList, path: SpecPath, value: unknown, known: readonly string[]) {
    this.#problems = problems
    this.#path = path
    this.#values = isMapping(value) ? value : {}
    if (value !== undefined && !isMapping(value)) problems.add(path, value, `write a mapping with ${known.join(', ')}`)
    for (const name of Object.keys(this.#values)) {
      if (known.includes(name)) continue
      const near = nearest(name, known)
      const change = `is not known here; ${near ? `did you mean ${near}?` : `known are ${known.join(', ')}`}`
      problems.add([...path, name], this.#values[name], change)
    }
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined
  }

  raw(name: string): unknown {
    return this.#values[name]
  }

  path(name: string): SpecPath {
    return [...this.#path, name]
  }

  report(name: string, change: string): undefined {
    this.#problems.add(this.path(name), this.#values[name], change)
    return undefined
  }

  text(name: string, change: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : this.report(name, change)
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.#values[name]
    if (value === undefined) return fallback
    if (choices.includes(value as T)) return value as T
    this.report(name, `choose one of ${choices.join(', ')}`)
    return fallback
  }

  duration(name: string): Duration | undefined {
    return this.#parsed(name, parseDuration, 'write a length of time, such as 250ms, 40s or 10m')
  }

  percent(name: string): Percent | undefined {
    return this.#parsed(name, parsePercent, 'write a share, such as 0.1%')
  }

  rate(name: string): Rate | undefined {
    return this.#parsed(name, parseRate, 'write calls per second, such as 200/s')
  }

  /** The items of a list that can be read; `fallback` where the field is absent. */
  list<T>(name: string, read: Reader<T>, fallback: readonly T[], example: string): readonly T[] {
    const value = this.#values[name]
    if (value === undefined) return fallback
    if (!Array.isArray(value)) {
      this.report(name, `write a list, such as ${example}`)
      return fallback
    }
    return value.flatMap((item, index) => {
      const taken = read(item, [...this.#path, name, index])
      return taken === undefined ? [] : [taken]
    })
  }

  #parsed<T>(name: string, parse: (text: string) => T, change: string): T | undefined {
    const value = this.#values[name]
    if (value === undefined) return undefined
    try {
      return parse(String(value))
    } catch {
      return this.report(name, change)
    }
  }
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The known name that differs by at most two letters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance)
  return best && best.distance <= 2 ? best.candidate : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
