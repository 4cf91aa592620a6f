import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack'
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
} from '../values.ts'
import type { WireValue } from './plugin-protocol.ts'

/**
 * Values in MessagePack, as Terraform's type system lays them down
 * (https://github.com/zclconf/go-cty/blob/main/docs/concepts.md). What they mean depends on their type, which both sides
 * know from the schema: text where a number is expected is a number that needs more digits than 64 bits hold, and what
 * stands in `dynamic` brings its type along.
 */
const PLAIN_UNKNOWN = 0
const NIL = 0xc0
/** Every extension means that a value is unknown; what some say about its bounds is of no use to a provider. */
const EXTENSIONS = 128

const extensionCodec = new ExtensionCodec()
for (let type = 0; type < EXTENSIONS; type++) {
  extensionCodec.register({
    type,
    encode: (value) => (type === PLAIN_UNKNOWN && value === UNKNOWN ? new Uint8Array([0]) : null),
    decode: () => UNKNOWN,
  })
}
const decoder = new Decoder({ extensionCodec, useBigInt64: true })
const encoder = new Encoder({ extensionCodec, useBigInt64: true })

/** @throws RangeError where the bytes are no value of the type */
export function decodeValue(type: Type, wire: WireValue | undefined): Value {
  const { msgpack, json } = wire ?? {}
  if (msgpack && msgpack.length > 0) return fromWire(type, decoder.decode(msgpack))
  return json && json.length > 0 ? fromJson(type, JSON.parse(Buffer.from(json).toString()) as Json) : null
}

/** Without reading what it is otherwise. */
export function isNullSent({ msgpack, json }: WireValue): boolean {
  if (msgpack && msgpack.length > 0) return msgpack.length === 1 && msgpack[0] === NIL
  return !json || json.length === 0 || Buffer.from(json).toString() === 'null'
}

export function encodeValue(type: Type, value: Value): WireValue {
  return { msgpack: encoder.encode(toWire(type, value)) }
}

function fromWire(type: Type, raw: unknown): Value {
  if (raw === null || raw === undefined) return null
  if (raw === UNKNOWN) return UNKNOWN
  if (type === 'dynamic') {
    if (!Array.isArray(raw) || raw.length !== 2 || !(raw[0] instanceof Uint8Array)) {
      throw new RangeError('a dynamic value brings no type along')
    }
    const own = JSON.parse(Buffer.from(raw[0]).toString()) as Type
    return new Dynamic(own, fromWire(own, raw[1]))
  }
  if (type === 'number') return numberFromWire(raw)
  if (type === 'string' || type === 'bool') {
    if (typeof raw !== (type === 'bool' ? 'boolean' : 'string')) throw mismatch(type, raw)
    return raw as string | boolean
  }
  const [kind] = type
  if (kind === 'object' || kind === 'map') {
    if (typeof raw !== 'object' || Array.isArray(raw)) throw mismatch(kind, raw)
    const entries = Object.entries(raw).map(([name, item]) => [name, fromWire(elementType(type, name), item)] as const)
    return Object.fromEntries(entries)
  }
  if (!Array.isArray(raw)) throw mismatch(kind, raw)
  return raw.map((item, index) => fromWire(elementType(type, index), item))
}

function numberFromWire(raw: unknown): Value {
  if (typeof raw === 'bigint') return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw
  if (typeof raw === 'number') return raw
  if (typeof raw !== 'string') throw mismatch('number', raw)
  const number = Number(raw)
  // Only what comes out as it came in is the same number for Terraform.
  return String(number) === raw ? number : new NumberText(raw)
}

function mismatch(type: string, raw: unknown): RangeError {
  return new RangeError(`a ${type} is sent as ${Array.isArray(raw) ? 'a list' : typeof raw}`)
}

function toWire(type: Type, value: Value): unknown {
  if (value === null || value === undefined || value === UNKNOWN) return value ?? null
  if (type === 'dynamic') {
    if (!(value instanceof Dynamic)) throw new RangeError('a dynamic value has no type')
    return [Buffer.from(JSON.stringify(value.type)), toWire(value.type, value.value)]
  }
  if (value instanceof NumberText) return value.text
  // In binary 0.1 is another number than the one that was written.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value)
  if (isList(value)) return value.map((item, index) => toWire(elementType(type, index), item))
  if (!isObject(value)) return value
  const names = typeof type !== 'string' && type[0] === 'object' ? Object.keys(type[1]) : Object.keys(value)
  return Object.fromEntries(names.map((name) => [name, toWire(elementType(type, name), value[name] ?? null)]))
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
