import { BackwardsBuffer } from './backwards-buffer.ts'

/**
 * Protocol Buffers (https://protobuf.dev/programming-guides/encoding) as far as plugins need them. A message is described
 * once, in TypeScript; its codec and its static type both follow from the description, so that nothing is generated and
 * no compiler of `.proto` files is needed.
 */
type Form = 'string' | 'bytes' | 'bool' | 'int' | (() => MessageType)

export interface Field<Kind = unknown> {
  readonly number: number
  readonly form: Form
  /** `one`: not sent while it has its zero value. `presence`: sent whenever it is set. */
  readonly label: 'one' | 'presence' | 'list' | 'map'
  /** Only the compiler sees it. */
  readonly kind?: Kind
}

export type MessageType = Readonly<Record<string, Field>>

type Of<F> = F extends Field<infer Kind> ? Kind : never

/** What is read: what was not sent has its zero value, and is undefined where that would say too much. */
export type Read<M extends MessageType> = { readonly [K in keyof M]: Of<M[K]> }

/** What is written: what is left out is not sent. */
export type Write<M extends MessageType> = { readonly [K in keyof M]?: Of<M[K]> | undefined }

const one = <Kind>(number: number, form: Form): Field<Kind> => ({ number, form, label: 'one' })

export const string = (number: number) => one<string>(number, 'string')
export const bytes = (number: number) => one<Uint8Array>(number, 'bytes')
export const bool = (number: number) => one<boolean>(number, 'bool')
export const int = (number: number) => one<number>(number, 'int')
export const message = <M extends MessageType>(number: number, type: () => M): Field<Write<M> | undefined> => ({
  ...{ number, form: type, label: 'presence' },
})
/** One of several of which exactly one is sent, or a field whose absence says something. */
export const present = <Kind>({ number, form }: Field<Kind>): Field<Kind | undefined> => ({
  ...{ number, form, label: 'presence' },
})
export const list = <Kind>({ number, form }: Field<Kind>): Field<readonly Exclude<Kind, undefined>[]> => ({
  ...{ number, form, label: 'list' },
})
/** Keys are strings. */
export const map = <Kind>({
  number,
  form,
}: Field<Kind>): Field<Readonly<Record<string, Exclude<Kind, undefined>>>> => ({
  ...{ number, form, label: 'map' },
})

const VARINT = 0
const FIXED_64 = 1
const DELIMITED = 2
const FIXED_32 = 5

const ZERO = { string: '', bytes: new Uint8Array(), bool: false, int: 0 } as const

export function encodeMessage<M extends MessageType>(type: M, value: Write<M>): Buffer {
  const output = new BackwardsBuffer()
  writeMessage(output, type, value)
  return output.content
}

/** From its last field to its first: how long a message is stands before it, and is known once it is written. */
function writeMessage(output: BackwardsBuffer, type: MessageType, value: Readonly<Record<string, unknown>>): void {
  for (const { name, number, form, label } of fromTheLast(type)) {
    const content = value[name]
    if (content === undefined || content === null) continue
    if (label === 'list') {
      const items = content as readonly unknown[]
      for (let index = items.length - 1; index >= 0; index--) writeField(output, number, form, items[index])
    } else if (label === 'map') {
      const pair = () => pairOf(form)
      for (const [key, item] of Object.entries(content).reverse()) writeField(output, number, pair, { key, item })
    } else if (label === 'presence' || !isZero(content)) {
      writeField(output, number, form, content)
    }
  }
}

interface NamedField extends Field {
  readonly name: string
}

const backwards = new WeakMap<MessageType, readonly NamedField[]>()

function fromTheLast(type: MessageType): readonly NamedField[] {
  const known = backwards.get(type)
  if (known) return known
  const fields = Object.entries(type).map(([name, field]) => ({ name, ...field }))
  backwards.set(type, fields.reverse())
  return fields
}

/** @throws RangeError where the bytes are no such message */
export function decodeMessage<M extends MessageType>(type: M, encoded: Uint8Array): Read<M> {
  const result: Record<string, unknown> = {}
  const byNumber = new Map<number, [string, Field]>()
  for (const [name, field] of Object.entries(type)) {
    byNumber.set(field.number, [name, field])
    result[name] = initial(field)
  }
  const input = { buffer: Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength), at: 0 }
  while (input.at < input.buffer.length) {
    const tag = readVarint(input)
    const content = readContent(input, Number(tag & 7n))
    const known = byNumber.get(Number(tag >> 3n))
    // What a newer peer sends besides is left out, as the encoding intends.
    if (known) keep(result, known[0], known[1], content)
  }
  return result as Read<M>
}

/** A map travels as a list of pairs. */
function pairOf(form: Form): MessageType {
  return { key: string(1), item: { number: 2, form, label: 'presence' } }
}

function initial({ form, label }: Field): unknown {
  if (label === 'list') return []
  if (label === 'map') return {}
  return label === 'presence' || typeof form === 'function' ? undefined : ZERO[form]
}

function isZero(value: unknown): boolean {
  return value === '' || value === false || value === 0 || (value instanceof Uint8Array && value.length === 0)
}

function writeField(output: BackwardsBuffer, number: number, form: Form, value: unknown): void {
  if (form === 'bool' || form === 'int') {
    output.varint(Number(value))
    output.varint((number << 3) | VARINT)
    return
  }
  const before = output.length
  if (typeof form === 'function') writeMessage(output, form(), value as Readonly<Record<string, unknown>>)
  else if (typeof value === 'string') output.text(value)
  else output.bytes(value as Uint8Array)
  output.varint(output.length - before)
  output.varint((number << 3) | DELIMITED)
}

function keep(result: Record<string, unknown>, name: string, { form, label }: Field, content: bigint | Buffer): void {
  if (label === 'map') {
    const { key, item } = decodeMessage(pairOf(form), delimited(content)) as { key: string; item: unknown }
    Object.defineProperty(result[name], key, { value: item, enumerable: true, configurable: true, writable: true })
    return
  }
  const value = read(form, content)
  if (label === 'list') (result[name] as unknown[]).push(value)
  else result[name] = value
}

function read(form: Form, content: bigint | Buffer): unknown {
  if (form === 'bool' || form === 'int') {
    if (typeof content !== 'bigint') throw new RangeError('a number is sent as something else')
    return form === 'bool' ? content !== 0n : Number(BigInt.asIntN(64, content))
  }
  const buffer = delimited(content)
  if (form === 'string') return buffer.toString()
  return form === 'bytes' ? buffer : decodeMessage(form(), buffer)
}

function delimited(content: bigint | Buffer): Buffer {
  if (typeof content === 'bigint') throw new RangeError('a text or message is sent as a number')
  return content
}

interface Input {
  readonly buffer: Buffer
  at: number
}

function readContent(input: Input, wire: number): bigint | Buffer {
  if (wire === VARINT) return readVarint(input)
  if (wire === DELIMITED) return take(input, Number(readVarint(input)))
  if (wire === FIXED_64 || wire === FIXED_32) return take(input, wire === FIXED_64 ? 8 : 4)
  throw new RangeError(`wire type ${wire} is unknown`)
}

function take(input: Input, length: number): Buffer {
  const end = input.at + length
  if (end > input.buffer.length) throw new RangeError('the message is cut off')
  const content = input.buffer.subarray(input.at, end)
  input.at = end
  return content
}

const LONGEST_VARINT = 10

function readVarint(input: Input): bigint {
  let value = 0n
  for (let length = 0; length < LONGEST_VARINT; length++) {
    const byte = input.buffer[input.at++]
    if (byte === undefined) throw new RangeError('the message is cut off')
    value |= BigInt(byte & 0x7f) << BigInt(7 * length)
    if (byte < 0x80) return value
  }
  throw new RangeError('a number is longer than 64 bits')
}
