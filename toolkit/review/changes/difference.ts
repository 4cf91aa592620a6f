import { isDeepStrictEqual } from 'node:util'

/** Stands for a value that nobody should read. */
export const MASKED = '(sensitive)'
/** Stands for what is only known once it is applied. */
export const UNKNOWN = '(known after apply)'

/** One property of a resource that differs; absent on the side that does not have it. */
export interface Difference {
  /** `health_check.interval`, `subnets.2`; of text that holds JSON, on into it. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/** What differs between two values, down to the innermost property. */
export function differencesOf(before: unknown, after: unknown, path = ''): Difference[] {
  if (isDeepStrictEqual(before, after)) return []
  const [from, to] = [opened(before), opened(after)]
  if (isDeepStrictEqual(from, to)) return []
  const below = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`)
  if (Array.isArray(from) && Array.isArray(to)) return listDifferences(from, to, path, below)
  if (isPlain(from) && isPlain(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()
    return keys.flatMap((key) => differencesOf(own(from, key), own(to, key), below(key)))
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

/** Lists of one length differ item by item; of another, by what came and what went. */
function listDifferences(
  from: readonly unknown[],
  to: readonly unknown[],
  path: string,
  below: (key: number) => string,
): Difference[] {
  if (from.length === to.length && to.every((item) => isPlain(opened(item)))) {
    return from.flatMap((item, index) => differencesOf(item, to[index], below(index)))
  }
  const gone = without(from, to)
  const come = without(to, from)
  if (gone.length === 0 && come.length === 0) return [{ path, before: from, after: to }]
  return [
    ...gone.map((before) => ({ path: `${path}[]`, before })),
    ...come.map((after) => ({ path: `${path}[]`, after })),
  ]
}

function without(items: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const left = new Map<string, number>()
  for (const other of others) {
    const key = JSON.stringify(other)
    left.set(key, (left.get(key) ?? 0) + 1)
  }
  return items.filter((item) => {
    const key = JSON.stringify(item)
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count <= 0
  })
}

/** Policies and container definitions are JSON within a text. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}
