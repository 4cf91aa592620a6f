/**
 * MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) as far as Terraform's values need it, read and
 * written piece by piece: whoever reads knows from a schema what comes next, and so no values are made that are only made
 * into others.
 */
export type Piece = 'nil' | 'bool' | 'number' | 'text' | 'bytes' | 'list' | 'map' | 'extension'

const NIL = 0xc0
const FALSE = 0xc2
const TRUE = 0xc3
const BYTES_8 = 0xc4
const EXTENSION_8 = 0xc7
const FLOAT_32 = 0xca
const FLOAT_64 = 0xcb
const UNSIGNED_8 = 0xcc
const UNSIGNED_64 = 0xcf
const SIGNED_8 = 0xd0
const SIGNED_64 = 0xd3
const FIXED_EXTENSION_1 = 0xd4
const TEXT_8 = 0xd9
const LIST_16 = 0xdc
const MAP_16 = 0xde
const NEGATIVE = 0xe0

const BEYOND_ASCII = /[^\0-\x7f]/

/** A provider reads hundreds of values and is never compiled well: what is read most takes the fewest steps. */
export class PackReader {
  readonly #bytes: Buffer
  /** A character for each byte: parts of it are had for less than texts from bytes, and mostly are the same. */
  readonly #characters: string
  #at = 0

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength)
    this.#characters = this.#bytes.toString('latin1')
  }

  /** How many bytes were read. */
  get at(): number {
    return this.#at
  }

  /** What was read from there on. */
  since(at: number): Buffer {
    return this.#bytes.subarray(at, this.#at)
  }

  /** Passes by these bytes, where they come next. */
  skipIf(bytes: Uint8Array): boolean {
    const end = this.#at + bytes.length
    if (end > this.#bytes.length || this.#bytes.compare(bytes, 0, bytes.length, this.#at, end) !== 0) return false
    this.#at = end
    return true
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** What comes next. */
  next(): Piece {
    const byte = this.#byte(this.#at)
    if (byte < 0x80 || byte >= NEGATIVE) return 'number'
    if (byte < 0x90) return 'map'
    if (byte < 0xa0) return 'list'
    if (byte < NIL) return 'text'
    if (byte === NIL) return 'nil'
    if (byte === FALSE || byte === TRUE) return 'bool'
    if (byte < EXTENSION_8) return 'bytes'
    if (byte < FLOAT_32) return 'extension'
    if (byte < FIXED_EXTENSION_1) return 'number'
    if (byte < TEXT_8) return 'extension'
    if (byte < LIST_16) return 'text'
    return byte < MAP_16 ? 'list' : 'map'
  }

  nil(): null {
    this.#at += 1
    return null
  }

  /** Passes by nothing, where that comes next. */
  skipNil(): boolean {
    if (this.#bytes[this.#at] !== NIL) return false
    this.#at += 1
    return true
  }

  bool(): boolean {
    return this.#byte(this.#at++) === TRUE
  }

  /** @returns a bigint where it is sent in 64 bits */
  number(): number | bigint {
    const byte = this.#byte(this.#at++)
    if (byte < 0x80) return byte
    if (byte >= NEGATIVE) return byte - 0x100
    if (byte === FLOAT_32) return this.#bytes.readFloatBE(this.#skip(4))
    if (byte === FLOAT_64) return this.#bytes.readDoubleBE(this.#skip(8))
    if (byte === UNSIGNED_64) return this.#bytes.readBigUInt64BE(this.#skip(8))
    if (byte === SIGNED_64) return this.#bytes.readBigInt64BE(this.#skip(8))
    if (byte < SIGNED_8) return this.#unsigned(1 << (byte - UNSIGNED_8))
    const size = 1 << (byte - SIGNED_8)
    return this.#bytes.readIntBE(this.#skip(size), size)
  }

  text(): string {
    const byte = this.#byte(this.#at++)
    const length = byte < NIL ? byte & 0x1f : this.#unsigned(1 << (byte - TEXT_8))
    const from = this.#skip(length)
    const text = this.#characters.slice(from, this.#at)
    return BEYOND_ASCII.test(text) ? this.#bytes.toString('utf8', from, this.#at) : text
  }

  /** Passes by a text, as `packedText` makes it, where that comes next. */
  skipText(packed: string): boolean {
    if (!this.#characters.startsWith(packed, this.#at)) return false
    this.#at += packed.length
    return true
  }

  bytes(): Buffer {
    const length = this.#unsigned(1 << (this.#byte(this.#at++) - BYTES_8))
    const from = this.#skip(length)
    return this.#bytes.subarray(from, this.#at)
  }

  /** Begins a list. @returns how many items follow */
  list(): number {
    const byte = this.#byte(this.#at++)
    return byte < 0xa0 ? byte & 0x0f : this.#unsigned(2 << (byte - LIST_16))
  }

  /** Begins a map. @returns how many pairs follow */
  map(): number {
    const byte = this.#byte(this.#at++)
    return byte < 0x90 ? byte & 0x0f : this.#unsigned(2 << (byte - MAP_16))
  }

  /** Passes by one, whatever it says. */
  extension(): void {
    const byte = this.#byte(this.#at++)
    const isFixed = byte >= FIXED_EXTENSION_1
    const length = isFixed ? 1 << (byte - FIXED_EXTENSION_1) : this.#unsigned(1 << (byte - EXTENSION_8))
    this.#skip(1 + length)
  }

  #byte(at: number): number {
    const byte = this.#bytes[at]
    if (byte === undefined) throw new RangeError('the value is cut off')
    return byte
  }

  #unsigned(size: number): number {
    return this.#bytes.readUIntBE(this.#skip(size), size)
  }

  /** @returns where it was */
  #skip(length: number): number {
    const from = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw new RangeError('the value is cut off')
    return from
  }
}

/** A text as it is sent, a character for each byte. */
export function packedText(text: string): string {
  const writer = new PackWriter()
  writer.text(text)
  return writer.content.toString('latin1')
}

const FIRST_SIZE = 1024

export class PackWriter {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE)
  #at = 0

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  nil(): void {
    this.#byte(NIL)
  }

  bool(value: boolean): void {
    this.#byte(value ? TRUE : FALSE)
  }

  /** @param value whole, and of no more than 64 bits */
  integer(value: number | bigint): void {
    if (typeof value === 'bigint') this.#integer64(value)
    else if (value >= 0 && value < 0x80) this.#byte(value)
    else if (value < 0 && value >= -0x20) this.#byte(value + 0x100)
    else if (value > 0xffff_ffff || value < -0x8000_0000) this.#integer64(BigInt(value))
    else if (value > 0) this.#sized(UNSIGNED_8, value)
    else {
      const power = value >= -0x80 ? 0 : value >= -0x8000 ? 1 : 2
      this.#byte(SIGNED_8 + power)
      const at = this.#room(1 << power)
      this.#bytes.writeIntBE(value, at, 1 << power)
    }
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    if (length < 0x20) this.#byte(0xa0 | length)
    else this.#sized(TEXT_8, length)
    const at = this.#room(length)
    this.#bytes.write(value, at)
  }

  bytes(value: Uint8Array): void {
    this.#sized(BYTES_8, value.length)
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
  }

  /** Begins a list of so many items. */
  list(count: number): void {
    if (count < 0x10) this.#byte(0x90 | count)
    else this.#sized(LIST_16 - 1, count, 1)
  }

  /** Begins a map of so many pairs. */
  map(count: number): void {
    if (count < 0x10) this.#byte(0x80 | count)
    else this.#sized(MAP_16 - 1, count, 1)
  }

  /** An extension that says nothing: one byte, 0. */
  extension(type: number): void {
    this.#byte(FIXED_EXTENSION_1)
    this.#byte(type)
    this.#byte(0)
  }

  #integer64(value: bigint): void {
    this.#byte(value < 0n ? SIGNED_64 : UNSIGNED_64)
    const at = this.#room(8)
    this.#bytes.writeBigUInt64BE(BigInt.asUintN(64, value), at)
  }

  /**
   * A number in as many bytes as it needs, 1, 2 or 4, after a byte that says how many.
   *
   * @param first that byte for one
   * @param least 1: it takes 2 at least
   */
  #sized(first: number, value: number, least: 0 | 1 = 0): void {
    const power = value > 0xffff ? 2 : value > 0xff ? 1 : least
    this.#byte(first + power)
    const at = this.#room(1 << power)
    this.#bytes.writeUIntBE(value, at, 1 << power)
  }

  #byte(value: number): void {
    const at = this.#room(1)
    this.#bytes[at] = value
  }

  /** Room for so many bytes after those that are there. It is made before it is written to: the bytes may move. */
  #room(count: number): number {
    const at = this.#at
    this.#at += count
    if (this.#at > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(2 * this.#at)
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
    }
    return at
  }
}
