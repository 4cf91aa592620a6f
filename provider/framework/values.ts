/** A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", { "port": "number" }]`. */
export type Type =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', Type]
  | readonly ['tuple', readonly Type[]]
  | readonly ['object', Readonly<Record<string, Type>>]

/** What Terraform does not know before it applies. */
class UnknownValue {
  toJSON(): string {
    return '(known after apply)'
  }
}

export type { UnknownValue }
export const UNKNOWN: UnknownValue = Object.freeze(new UnknownValue())

/** A number that no JavaScript number equals, in the digits Terraform sent. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What stands in an attribute of type `dynamic`: a value and the type that its writer gave it. */
export class Dynamic {
  readonly type: Type
  readonly value: Value

  constructor(type: Type, value: Value) {
    this.type = type
    this.value = value
  }
}

/** A value as Terraform and its providers exchange it; sets are arrays in no order that matters. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | NumberText
  | UnknownValue
  | Dynamic
  | readonly Value[]
  | ValueObject

export interface ValueObject {
  readonly [name: string]: Value
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

export function isObject(value: Value | undefined): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    value !== UNKNOWN &&
    !Array.isArray(value) &&
    !(value instanceof NumberText) &&
    !(value instanceof Dynamic)
  )
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

export function isNull(value: Value | undefined): boolean {
  return value === null || value === undefined || (value instanceof Dynamic && value.value === null)
}

export function isUnknown(value: Value | undefined): boolean {
  return value === UNKNOWN || (value instanceof Dynamic && value.value === UNKNOWN)
}

/** Whether nothing in a value is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value instanceof Dynamic) return isWhollyKnown(value.value)
  if (isList(value)) return value.every(isWhollyKnown)
  if (isObject(value)) return Object.values(value).every(isWhollyKnown)
  return value !== UNKNOWN
}

/** Every text in a value; what is not known is passed over. */
export function textsIn(value: Value): string[] {
  if (value instanceof Dynamic) return textsIn(value.value)
  if (isList(value)) return value.flatMap(textsIn)
  if (isObject(value)) return Object.values(value).flatMap(textsIn)
  return typeof value === 'string' ? [value] : []
}

/**
 * A known value as JSON.
 *
 * @throws RangeError for a number that JSON parsers would read as another one, or a value that is not known
 */
export function toJson(value: Value): Json {
  if (value instanceof Dynamic) return toJson(value.value)
  if (value instanceof NumberText) return numberOf(value.text)
  if (typeof value === 'bigint') return numberOf(String(value))
  if (isList(value)) return value.map(toJson)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]))
  if (value === UNKNOWN) throw new RangeError('a value is not known yet')
  return value as Json
}

function numberOf(text: string): number {
  const number = Number(text)
  if (/^[-+]?\d+$/.test(text) && !isExactly(number, text)) {
    throw new RangeError(`${text} is too large for a number in JSON`)
  }
  return number
}

function isExactly(number: number, text: string): boolean {
  return Number.isInteger(number) && BigInt(number) === BigInt(text)
}

/** JSON as the value of an attribute of type `dynamic`; lists become tuples, as in what Terraform's own language writes. */
export function toDynamic(json: Json): Dynamic {
  return new Dynamic(typeOf(json), json as Value)
}

function typeOf(json: Json): Type {
  if (json === null) return 'dynamic'
  if (Array.isArray(json)) return ['tuple', json.map(typeOf)]
  switch (typeof json) {
    case 'string':
      return 'string'
    case 'number':
      return 'number'
    case 'boolean':
      return 'bool'
    default:
      return ['object', Object.fromEntries(Object.entries(json).map(([name, item]) => [name, typeOf(item as Json)]))]
  }
}

/**
 * Whether two values of a type say the same. In `dynamic` ones their JSON is compared: whether a list was written as a
 * tuple or a map as an object makes no difference to whoever is told.
 */
export function isSame(type: Type, left: Value, right: Value): boolean {
  // Most are one in everything, and that is found out without writing them down.
  return isIdentical(left, right) || canonical(type, left) === canonical(type, right)
}

/** Whether two values are one in all that is sent of them, the types of `dynamic` ones and the order of sets included. */
export function isIdentical(left: Value, right: Value): boolean {
  if (left === right) return true
  if (left instanceof NumberText) return right instanceof NumberText && left.text === right.text
  if (left instanceof Dynamic || right instanceof Dynamic) {
    if (!(left instanceof Dynamic && right instanceof Dynamic)) return false
    // A type is JSON, too.
    return isIdentical(left.type as Value, right.type as Value) && isIdentical(left.value, right.value)
  }
  if (isList(left)) {
    return isList(right) && left.length === right.length && left.every((item, at) => isIdentical(item, right[at]!))
  }
  if (!isObject(left) || !isObject(right)) return false
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  return names.every((name) => Object.hasOwn(right, name) && isIdentical(left[name]!, right[name]!))
}

function canonical(type: Type, value: Value): string {
  if (value === null || value === undefined) return 'null'
  if (value === UNKNOWN) return 'unknown'
  if (value instanceof Dynamic) return canonical('dynamic', value.value)
  if (value instanceof NumberText || typeof value === 'bigint') return `#${shortest(value)}`
  if (typeof value === 'number') return `#${value}`
  if (isList(value)) {
    const items = value.map((item, index) => canonical(elementType(type, index), item))
    return `[${(type[0] === 'set' ? items.sort() : items).join()}]`
  }
  if (!isObject(value)) return JSON.stringify(value)
  const fields = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(elementType(type, name), value[name] ?? null)}`)
  return `{${fields.join()}}`
}

/** The digits of a number as JavaScript writes the same one, where there is one. */
function shortest(value: NumberText | bigint): string {
  const text = value instanceof NumberText ? value.text : String(value)
  const number = Number(text)
  return /^-?\d+$/.test(text) && isExactly(number, text) ? String(number) : text
}

/** The type of what is inside a list, set, map, tuple or object. */
export function elementType(type: Type, step: string | number): Type {
  if (typeof type === 'string') return 'dynamic'
  const [kind, inner] = type
  if (kind === 'tuple') return inner[Number(step)] ?? 'dynamic'
  return kind === 'object' ? (inner[step] ?? 'dynamic') : inner
}
