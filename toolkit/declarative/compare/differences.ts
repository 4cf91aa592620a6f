import { isDeepStrictEqual } from 'node:util'

/** One property that differs. Absent means that this side does not have it. */
export interface Difference {
  /** `upstream.nodes.0.weight` */
  readonly path: string
  readonly remote?: unknown
  readonly local?: unknown
}

/** What differs between two values, down to the innermost property; lists of different lengths differ as a whole. */
export function differencesOf(remote: unknown, local: unknown, path = ''): Difference[] {
  if (isDeepStrictEqual(remote, local)) return []
  const below = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`)
  if (Array.isArray(remote) && Array.isArray(local) && remote.length === local.length) {
    return remote.flatMap((item, index) => differencesOf(item, local[index], below(index)))
  }
  if (isPlain(remote) && isPlain(local)) {
    const keys = new Set([...Object.keys(remote), ...Object.keys(local)])
    return [...keys].flatMap((key) => differencesOf(own(remote, key), own(local, key), below(key)))
  }
  return [{ path, ...(remote === undefined ? {} : { remote }), ...(local === undefined ? {} : { local }) }]
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
