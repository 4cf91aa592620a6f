import {
  Dynamic,
  elementType,
  isList,
  isObject,
  type Json,
  NumberText,
  type Type,
  UNKNOWN,
  type Value,
  type ValueObject,
} from '../values.ts'
import { PackReader, PackWriter, type Piece, packedText } from './message-pack.ts'
import type { WireValue } from './plugin-protocol.ts'

/**
 * Values in MessagePack, as Terraform's type system lays them down
 * (https://github.com/zclconf/go-cty/blob/main/docs/concepts.md). What they mean depends on their type, which both sides
 * know from the schema: text where a number is expected is a number that needs more digits than 64 bits hold, and what
 * stands in `dynamic` brings its type along.
 */
const PLAIN_UNKNOWN = 0
const NIL = 0xc0

/** @throws RangeError where the bytes are no value of the type */
export function decodeValue(type: Type, wire: WireValue | undefined): Value {
  const { msgpack, json } = wire ?? {}
  if (msgpack && msgpack.length > 0) return decodePack(type, msgpack)
  return json && json.length > 0 ? fromJson(type, JSON.parse(Buffer.from(json).toString()) as Json) : null
}

/** Without reading what it is otherwise. */
export function isNullSent({ msgpack, json }: WireValue): boolean {
  if (msgpack && msgpack.length > 0) return msgpack.length === 1 && msgpack[0] === NIL
  return !json || json.length === 0 || Buffer.from(json).toString() === 'null'
}

export function encodeValue(type: Type, value: Value): WireValue {
  const writer = new PackWriter()
  write(writer, type, value)
  return { msgpack: writer.content }
}

function decodePack(type: Type, packed: Uint8Array): Value {
  const reader = new PackReader(packed)
  const value = read(reader, type, fieldsOf)
  if (!reader.isAtEnd) throw new RangeError('more is sent than a value')
  return value
}

function read(reader: PackReader, type: Type, expect: Expect): Value {
  if (reader.skipNil()) return null
  const next = reader.next()
  // Every extension means that a value is unknown; what some say about its bounds is of no use to a provider.
  if (next === 'extension') {
    reader.extension()
    return UNKNOWN
  }
  switch (type) {
    case 'string':
      return next === 'text' ? reader.text() : mismatch(type, next)
    case 'bool':
      return next === 'bool' ? reader.bool() : mismatch(type, next)
    case 'number':
      if (next === 'text') return numberOf(reader.text())
      return next === 'number' ? exact(reader.number()) : mismatch(type, next)
    case 'dynamic':
      return readDynamic(reader)
  }
  const [kind] = type
  if (kind === 'object' || kind === 'map')
    return next === 'map' ? readFields(reader, type, expect) : mismatch(kind, next)
  return next === 'list' ? readItems(reader, type, expect) : mismatch(kind, next)
}

function readDynamic(reader: PackReader): Dynamic {
  const again = recent.find(({ bytes }) => reader.skipIf(bytes))
  if (again) return again.value
  const from = reader.at
  if (reader.next() !== 'list' || reader.list() !== 2 || reader.next() !== 'bytes') {
    throw new RangeError('a dynamic value brings no type along')
  }
  const own = JSON.parse(reader.bytes().toString()) as Type
  const value = new Dynamic(own, read(reader, own, nothing))
  const bytes = reader.since(from)
  if (bytes.length >= LARGE) {
    recent.unshift({ bytes, value })
    recent.length = Math.min(recent.length, RECENT)
  }
  return value
}

/**
 * The last large values. Each is sent as it was, as it is, and as it is written, which mostly are the same bytes; what was
 * read of them once is the same value then.
 */
const recent: { readonly bytes: Buffer; readonly value: Dynamic }[] = []
const RECENT = 4
const LARGE = 4_096

function readFields(reader: PackReader, type: Type, expect: Expect): ValueObject {
  const fields: Record<string, Value> = {}
  const expected = expect(type)
  const count = reader.map()
  for (let index = 0; index < count; index++) {
    const field = expected[index]
    const name = field && reader.skipText(field.packed) ? field.name : nameNext(reader)
    // Most attributes of most resources are not set.
    const value = reader.skipNil() ? null : read(reader, elementType(type, name), expect)
    if (name === '__proto__') Object.defineProperty(fields, name, { ...OWN, value })
    else fields[name] = value
  }
  return fields
}

function nameNext(reader: PackReader): string {
  const next = reader.next()
  return next === 'text' ? reader.text() : mismatch('name', next)
}

interface ExpectedField {
  readonly name: string
  readonly packed: string
}

/** What is likely to come; a type that a value brings along is not seen twice, and nothing is expected of it. */
type Expect = (type: Type) => readonly ExpectedField[]

const expectedFields = new WeakMap<Type & object, readonly ExpectedField[]>()

/** The fields of an object in the order in which Terraform sends them: to compare with a name is less than to read one. */
function fieldsOf(type: Type): readonly ExpectedField[] {
  if (type[0] !== 'object' || typeof type === 'string') return NONE
  const known = expectedFields.get(type)
  if (known) return known
  const names = Object.keys(type[1]).sort()
  const fields = names.map((name) => ({ name, packed: packedText(name) }))
  expectedFields.set(type, fields)
  return fields
}

const NONE: readonly ExpectedField[] = []
const nothing: Expect = () => NONE

/** A field like any other, whatever it is called. */
const OWN = { enumerable: true, configurable: true, writable: true }

function readItems(reader: PackReader, type: Type, expect: Expect): readonly Value[] {
  const items: Value[] = []
  const count = reader.list()
  for (let index = 0; index < count; index++) items.push(read(reader, elementType(type, index), expect))
  return items
}

function mismatch(type: string, sent: Piece): never {
  throw new RangeError(`a ${type} is sent as a ${sent}`)
}

function exact(number: number | bigint): Value {
  return typeof number === 'bigint' && Number.isSafeInteger(Number(number)) ? Number(number) : number
}

/** Only what comes out as it came in is the same number for Terraform. */
function numberOf(text: string): Value {
  const number = Number(text)
  return String(number) === text ? number : new NumberText(text)
}

function write(writer: PackWriter, type: Type, value: Value | undefined): void {
  if (value === null || value === undefined) writer.nil()
  else if (value === UNKNOWN) writer.extension(PLAIN_UNKNOWN)
  else if (type === 'dynamic') writeDynamic(writer, value)
  else if (typeof value === 'string') writer.text(value)
  else if (typeof value === 'boolean') writer.bool(value)
  else if (typeof value === 'bigint') writer.integer(value)
  else if (typeof value === 'number') writeNumber(writer, value)
  else if (value instanceof NumberText) writer.text(value.text)
  else if (isList(value)) {
    writer.list(value.length)
    for (const [index, item] of value.entries()) write(writer, elementType(type, index), item)
  } else if (isObject(value)) {
    const names = typeof type !== 'string' && type[0] === 'object' ? Object.keys(type[1]) : Object.keys(value)
    writer.map(names.length)
    for (const name of names) {
      writer.text(name)
      write(writer, elementType(type, name), value[name])
    }
  } else throw new RangeError('a dynamic value stands where none may')
}

function writeDynamic(writer: PackWriter, value: Value): void {
  if (!(value instanceof Dynamic)) throw new RangeError('a dynamic value has no type')
  writer.list(2)
  writer.bytes(Buffer.from(JSON.stringify(value.type)))
  write(writer, value.type, value.value)
}

/** In binary 0.1 is another number than the one that was written. */
function writeNumber(writer: PackWriter, value: number): void {
  if (Number.isSafeInteger(value)) writer.integer(value)
  else writer.text(String(value))
}

/** The state of a resource in JSON, as Terraform keeps it: what the type does not know is left out. */
export function fromJson(type: Type, json: Json | undefined): Value {
  if (json === null || json === undefined) return null
  if (type === 'dynamic') {
    const { type: own, value } = json as { type: Type; value: Json }
    return new Dynamic(own, fromJson(own, value))
  }
  if (typeof type === 'string') return json as Value
  const [kind] = type
  if (kind === 'object') {
    const fields = json as Readonly<Record<string, Json>>
    return Object.fromEntries(Object.entries(type[1]).map(([name, inner]) => [name, fromJson(inner, fields[name])]))
  }
  if (kind === 'map') {
    return Object.fromEntries(Object.entries(json).map(([name, item]) => [name, fromJson(type[1], item as Json)]))
  }
  return (json as readonly Json[]).map((item, index) => fromJson(elementType(type, index), item))
}

/** Whether JSON holds nothing that its type does not know, so that Terraform takes it as it is. */
export function fits(type: Type, json: Json): boolean {
  if (typeof type === 'string' || json === null) return true
  if (typeof json !== 'object') return false
  const [kind, inner] = type
  if (kind === 'object') {
    return Object.entries(json).every(([name, item]) => Object.hasOwn(inner, name) && fits(inner[name]!, item as Json))
  }
  return Object.entries(json).every(([step, item]) => fits(elementType(type, step), item as Json))
}
