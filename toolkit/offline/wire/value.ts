import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack'

/** What Terraform does not know before it applies. */
class Unknown {
  toJSON(): string {
    return '(known after apply)'
  }
}
export const UNKNOWN: Unknown = Object.freeze(new Unknown())

/** A value as Terraform and its providers exchange it; sets are arrays in no order that matters. */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | ValueObject
export interface ValueObject {
  readonly [name: string]: Value
}

// https://github.com/zclconf/go-cty/blob/main/docs/types.md#wire-format: unknown, and unknown within bounds.
const UNKNOWN_EXTENSION = 0
const REFINED_UNKNOWN_EXTENSION = 12

const extensionCodec = new ExtensionCodec()
extensionCodec.register({
  type: UNKNOWN_EXTENSION,
  encode: (value) => (value === UNKNOWN ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
})
extensionCodec.register({ type: REFINED_UNKNOWN_EXTENSION, encode: () => null, decode: () => UNKNOWN })

const decoder = new Decoder({ extensionCodec })
const encoder = new Encoder({ extensionCodec })

export function decodeValue(wire: unknown): Value {
  const { msgpack, json } = (wire ?? {}) as { msgpack?: Uint8Array; json?: Uint8Array }
  if (msgpack?.length) return decoder.decode(msgpack) as Value
  return json?.length ? (JSON.parse(Buffer.from(json).toString()) as Value) : null
}

export function encodeValue(value: Value): { msgpack: Uint8Array } {
  return { msgpack: encoder.encode(value) }
}

export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null && value !== UNKNOWN && !Array.isArray(value)
}

/** True where providers see no value: AWS's own does not tell apart what is unset and what is empty. */
export function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Equal as AWS's provider compares: unset equals empty; the order within arrays counts unless they are sets. */
export function sameValue(left: Value | undefined, right: Value | undefined, set = false): boolean {
  if (isEmpty(left) && isEmpty(right)) return true
  return canonical(left ?? null, set) === canonical(right ?? null, set)
}

function canonical(value: Value, set = false): string {
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => canonical(item))
    return `[${(set ? items.sort() : items).join()}]`
  }
  if (!isObject(value)) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
  return `{${fields.sort().join()}}`
}
