import { nearestTo } from '../runtime/model/nearest-word.ts'
import type { Problem } from './problem.ts'

/**
 * Reads one value of a description. What it cannot read it adds to `problems` and answers with undefined, so that
 * the rest is still read and every problem is reported at once.
 */
export type Reader<T> = (value: unknown, at: Place) => T | undefined

export class Place {
  readonly path: string
  readonly problems: Problem[]

  constructor(path: string, problems: Problem[]) {
    this.path = path
    this.problems = problems
  }

  child(key: string): Place {
    return new Place(this.path === '' ? key : `${this.path}.${key}`, this.problems)
  }

  refuse(text: string): undefined {
    this.problems.push({ path: this.path === '' ? '(topology)' : this.path, text })
  }
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  try {
    const text = JSON.stringify(value) ?? String(value)
    return text.length > 60 ? `${text.slice(0, 57)}…` : text
  } catch {
    return 'a value that refers to itself'
  }
}

export const text: Reader<string> = (value, at) =>
  typeof value === 'string' && value !== '' ? value : at.refuse(`${shown(value)} is no text; write one`)

export const textOrEmpty: Reader<string> = (value, at) =>
  typeof value === 'string' ? value : at.refuse(`${shown(value)} is no text; put it in quotes`)

/** A whole number within bounds. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`
  return (value, at) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? value
      : at.refuse(`${shown(value)} cannot be; write a whole number, ${range}`)
}

/** A number within bounds. */
export function number(least: number, most: number): Reader<number> {
  return (value, at) =>
    typeof value === 'number' && value >= least && value <= most
      ? value
      : at.refuse(`${shown(value)} cannot be; write a number from ${least} to ${most}`)
}

export const flag: Reader<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : at.refuse(`${shown(value)} is neither; write true or false`)

/** One of a few values, compared exactly. */
export function oneOf<const T extends string | number>(...choices: readonly T[]): Reader<T> {
  const list = choices.map((choice) => (typeof choice === 'string' ? `'${choice}'` : `${choice}`)).join(' or ')
  return (value, at) => {
    const found = choices.find((choice) => choice === value)
    return found ?? at.refuse(`${shown(value)} is not supported; write ${list}`)
  }
}

/**
 * A quantity: one that is made already, or its text. One that another copy of this package made is known by its text,
 * since a command may be installed in one place and the topology's own import of it in another.
 */
export function quantity<T extends object>(
  type: new (value: number) => T,
  parse: (text: string) => T,
  example: string,
): Reader<T> {
  return (value, at) => {
    if (value instanceof type) return value
    const written = hasText(value) ? value.toJSON() : value
    if (typeof written !== 'string') return at.refuse(`${shown(value)} has no unit; write ${example}`)
    try {
      return parse(written)
    } catch (error) {
      return at.refuse((error as Error).message)
    }
  }
}

function hasText(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
}

/** A list; items that cannot be read are left out of it. */
export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return at.refuse(`${shown(value)} is no list; write one in [ ]`)
    return value.flatMap((entry, index) => item(entry, at.child(`${index}`)) ?? [])
  }
}

/** What is known of a value that was read: anything that could not be read is undefined. */
export type Draft<T> = T extends string | number | boolean | null | { toJSON(): string }
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Item[]
    : { readonly [Key in keyof T]: Draft<T[Key]> | undefined }

/** Values by name; every name and value is read. */
export function record<T>(
  what: string,
  name: RegExp,
  nameRule: string,
  item: Reader<T>,
): Reader<Readonly<Record<string, T | undefined>>> {
  return (value, at) => {
    if (!isPlainObject(value)) return at.refuse(`${shown(value)} does not name ${what}; write them by name in { }`)
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => {
        if (!name.test(key)) at.child(key).refuse(`${shown(key)} is no name of ${what}; ${nameRule}`)
        return [key, item(entry, at.child(key))]
      }),
    )
  }
}

type Read<R> = R extends Reader<infer T> ? T | undefined : never

/** An object with these keys and no other. */
export function object<F extends Readonly<Record<string, Reader<unknown>>>>(
  fields: F,
): Reader<{ readonly [Key in keyof F]: Read<F[Key]> }> {
  return (value, at) => {
    if (!isPlainObject(value)) {
      return at.refuse(`${shown(value)} is no object; write { ${Object.keys(fields).join(', ')} }`)
    }
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue
      const nearest = nearestTo(key, Object.keys(fields))
      at.child(key).refuse(`is unknown; did you mean ${nearest}? Else remove it`)
    }
    const read = Object.entries(fields).map(([key, field]) => {
      return [key, field(Object.hasOwn(value, key) ? value[key] : undefined, at.child(key))]
    })
    return Object.fromEntries(read) as { readonly [Key in keyof F]: Read<F[Key]> }
  }
}

/** A value that must be there. */
export function required<T>(reader: Reader<T>, example: string): Reader<T> {
  return (value, at) =>
    value === undefined ? at.refuse(`is missing; write for example ${example}`) : reader(value, at)
}

/** A value that may be left out. What depends on other values gets its default later: `fallback` is then undefined. */
export function optional<T>(reader: Reader<T>, fallback?: T): Reader<T> {
  return (value, at) => (value === undefined ? fallback : reader(value, at))
}

/** An object that may be left out; its fields then take their own defaults. */
export function optionalObject<T>(reader: Reader<T>): Reader<T> {
  return (value, at) => reader(value === undefined ? {} : value, at)
}

/** A value that may be `null`. */
export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : reader(value, at))
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !hasText(value)
}
