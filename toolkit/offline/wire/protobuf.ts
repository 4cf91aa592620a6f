/**
 * As much of Protocol Buffers (https://protobuf.dev/programming-guides/encoding) as the Terraform plugin protocol needs,
 * driven by descriptors written in TypeScript, so that no `.proto` file has to be compiled or carried along.
 */
export type FieldType = 'string' | 'bytes' | 'bool' | 'int' | MessageType

export interface Field {
  readonly number: number
  readonly type: FieldType
  /** @default one value */
  readonly many?: 'list' | 'map'
  /** One of several of which exactly one is sent, so that it is sent even when it is 0. @default false */
  readonly oneOf?: boolean
}

/** Fields by name. A function where a message holds itself. */
export type MessageType = Readonly<Record<string, Field>> | (() => MessageType)

export type Message = Record<string, unknown>

const VARINT = 0
const FIXED_64 = 1
const DELIMITED = 2
const FIXED_32 = 5

export function encodeMessage(type: MessageType, message: Message): Buffer {
  const parts: Buffer[] = []
  for (const [name, field] of Object.entries(fieldsOf(type))) {
    const value = message[name]
    if (value === undefined || value === null) continue
    for (const item of itemsOf(field, value)) writeField(parts, field, item)
  }
  return Buffer.concat(parts)
}

export function decodeMessage(type: MessageType, bytes: Uint8Array): Message {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const byNumber = new Map(Object.entries(fieldsOf(type)).map(([name, field]) => [field.number, { name, field }]))
  const message: Message = {}
  let at = 0
  while (at < buffer.length) {
    const tag = readVarint(buffer, at)
    const wire = Number(tag.value & 7n)
    const { content, end } = readContent(buffer, tag.end, wire)
    at = end
    const known = byNumber.get(Number(tag.value >> 3n))
    // What a newer Terraform sends besides is left out, as the encoding intends.
    if (known) keep(message, known.name, known.field, content)
  }
  return message
}

function fieldsOf(type: MessageType): Readonly<Record<string, Field>> {
  return typeof type === 'function' ? fieldsOf(type()) : type
}

function itemsOf(field: Field, value: unknown): unknown[] {
  if (field.many === 'list') return value as unknown[]
  if (field.many === 'map') return Object.entries(value as Message).map(([key, item]) => ({ key, value: item }))
  // What has its default value is not sent.
  return !field.oneOf && (value === false || value === 0 || value === '') ? [] : [value]
}

function writeField(parts: Buffer[], field: Field, value: unknown): void {
  const type = elementType(field)
  if (type === 'bool' || type === 'int') {
    parts.push(varint(BigInt(field.number << 3) | BigInt(VARINT)), varint(BigInt(value as number | boolean)))
    return
  }
  const content = contentOf(type, value)
  parts.push(varint(BigInt(field.number << 3) | BigInt(DELIMITED)), varint(BigInt(content.length)), content)
}

function contentOf(type: FieldType, value: unknown): Buffer {
  if (type === 'string') return Buffer.from(value as string)
  if (type === 'bytes') return Buffer.from(value as Uint8Array)
  return encodeMessage(type as MessageType, value as Message)
}

/** A map travels as a list of pairs. */
function elementType({ type, many }: Field): FieldType {
  return many === 'map' ? { key: { number: 1, type: 'string' }, value: { number: 2, type } } : type
}

function keep(message: Message, name: string, field: Field, content: bigint | Buffer): void {
  const value = readValue(elementType(field), content)
  if (field.many === 'list') {
    message[name] = [...((message[name] as unknown[] | undefined) ?? []), value]
  } else if (field.many === 'map') {
    const pair = value as { key?: string; value?: unknown }
    message[name] = { ...(message[name] as Message | undefined), [pair.key ?? '']: pair.value }
  } else {
    message[name] = value
  }
}

function readValue(type: FieldType, content: bigint | Buffer): unknown {
  if (type === 'bool') return content !== 0n
  if (type === 'int') return Number(BigInt.asIntN(64, content as bigint))
  if (type === 'string') return (content as Buffer).toString()
  return type === 'bytes' ? content : decodeMessage(type as MessageType, content as Buffer)
}

function readContent(buffer: Buffer, at: number, wire: number): { content: bigint | Buffer; end: number } {
  if (wire === VARINT) {
    const { value, end } = readVarint(buffer, at)
    return { content: value, end }
  }
  if (wire === FIXED_64) return { content: buffer.subarray(at, at + 8), end: at + 8 }
  if (wire === FIXED_32) return { content: buffer.subarray(at, at + 4), end: at + 4 }
  if (wire !== DELIMITED) throw new Error(`wire type ${wire} is not of this protocol`)
  const { value: length, end } = readVarint(buffer, at)
  const stop = end + Number(length)
  if (stop > buffer.length) throw new Error('the message is cut off')
  return { content: buffer.subarray(end, stop), end: stop }
}

function readVarint(buffer: Buffer, from: number): { value: bigint; end: number } {
  let value = 0n
  for (let at = from, shift = 0n; at < buffer.length; at++, shift += 7n) {
    const byte = buffer[at] ?? 0
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return { value, end: at + 1 }
  }
  throw new Error('the message is cut off')
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Buffer.from([...bytes, Number(rest)])
}
