/**
 * JSON Patch (RFC 6902), which changes a resource on this surface. Small enough to stand here, so that no library is
 * needed for the six operations.
 */

type Holder = Record<string, unknown> | unknown[]

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: unknown
  readonly value?: unknown
}

export type Patched = { readonly value: unknown } | { readonly problem: string }

/** Far more than any change of one resource needs. */
const MAX_OPERATIONS = 1_000

/** Applies a patch to a copy; a patch of which one operation fails does nothing. */
export function applyJsonPatch(document: unknown, patch: unknown): Patched {
  if (!Array.isArray(patch)) return { problem: 'a JSON Patch is a list of operations' }
  if (patch.length > MAX_OPERATIONS) return { problem: `a JSON Patch has at most ${MAX_OPERATIONS} operations` }
  let value = structuredClone(document)
  for (const [index, operation] of patch.entries()) {
    try {
      value = applyOperation(value, operation as Operation)
    } catch (error) {
      return { problem: `operation ${index}: ${(error as Error).message}` }
    }
  }
  return { value }
}

function applyOperation(document: unknown, operation: Operation): unknown {
  if (typeof operation !== 'object' || operation === null) throw new Error('it is not an object')
  const { op, path } = operation
  const steps = readPointer(path, 'path')
  switch (op) {
    case 'add':
      return add(document, steps, given(operation))
    case 'remove':
      return remove(document, steps).document
    case 'replace':
      return add(remove(document, steps).document, steps, given(operation))
    case 'move': {
      const from = readPointer(operation.from, 'from')
      if (from.length < steps.length && from.every((step, index) => step === steps[index])) {
        throw new Error('a value cannot be moved into itself')
      }
      const taken = remove(document, from)
      return add(taken.document, steps, taken.value)
    }
    case 'copy':
      return add(document, steps, structuredClone(valueAt(document, readPointer(operation.from, 'from'))))
    case 'test':
      if (JSON.stringify(sorted(valueAt(document, steps))) === JSON.stringify(sorted(given(operation)))) return document
      throw new Error(`the value at ${path} is another one`)
    default:
      throw new Error(`op is add, remove, replace, move, copy or test, not ${JSON.stringify(op)}`)
  }
}

function given(operation: Operation): unknown {
  if (!Object.hasOwn(operation, 'value')) throw new Error('it has no value')
  return operation.value
}

function readPointer(pointer: unknown, name: string): string[] {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/')) || /~(?![01])/.test(pointer)) {
    throw new Error(`${name} is no JSON pointer`)
  }
  const steps = pointer.split('/').slice(1)
  const keys = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keys.includes('__proto__')) throw new Error(`${name} is not allowed`)
  return keys
}

function valueAt(document: unknown, steps: readonly string[]): unknown {
  let value = document
  for (const step of steps) {
    if (!has(value, step)) throw new Error(`there is nothing at /${steps.join('/')}`)
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

function add(document: unknown, steps: readonly string[], value: unknown): unknown {
  const last = steps.at(-1)
  if (last === undefined) return value
  const holder = valueAt(document, steps.slice(0, -1)) as Holder
  if (Array.isArray(holder)) {
    const index = last === '-' ? holder.length : indexIn(last)
    if (index > holder.length) throw new Error(`there is no place at /${steps.join('/')}`)
    holder.splice(index, 0, value)
  } else if (typeof holder === 'object' && holder !== null) {
    holder[last] = value
  } else throw new Error(`nothing can stand at /${steps.join('/')}`)
  return document
}

function remove(document: unknown, steps: readonly string[]): { document: unknown; value: unknown } {
  const value = valueAt(document, steps)
  const last = steps.at(-1)
  if (last === undefined) return { document: null, value }
  const holder = valueAt(document, steps.slice(0, -1)) as Holder
  if (Array.isArray(holder)) holder.splice(indexIn(last), 1)
  else delete holder[last]
  return { document, value }
}

function has(value: unknown, step: string): boolean {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(step) && Number(step) < value.length
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
}

function indexIn(step: string): number {
  if (!/^(0|[1-9]\d*)$/.test(step)) throw new Error(`${JSON.stringify(step)} is no place in a list`)
  return Number(step)
}

/** With keys in one order, so that equal values have one text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
