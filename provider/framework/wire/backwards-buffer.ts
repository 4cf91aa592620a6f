const FIRST_SIZE = 1024

/** Bytes that are put down from the last to the first. Room is made before it is written to: it may be elsewhere then. */
export class BackwardsBuffer {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE)
  /** Where the first byte is. */
  #at = FIRST_SIZE

  get length(): number {
    return this.#buffer.length - this.#at
  }

  get content(): Buffer {
    return this.#buffer.subarray(this.#at)
  }

  bytes(content: Uint8Array): void {
    const at = this.#before(content.length)
    this.#buffer.set(content, at)
  }

  /** In UTF-8. */
  text(content: string): void {
    const at = this.#before(Buffer.byteLength(content))
    this.#buffer.write(content, at)
  }

  /** Seven bits a byte, the lowest first; what is below zero as 64 bits. */
  varint(value: number): void {
    if (value >= 0 && value < 0x80) {
      const at = this.#before(1)
      this.#buffer[at] = value
      return
    }
    const encoded: number[] = []
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 0x7fn; rest >>= 7n) encoded.push(Number(rest & 0x7fn) | 0x80)
    this.bytes(Uint8Array.from([...encoded, Number(rest)]))
  }

  /** Room for so many bytes before those that are there. @returns where it begins */
  #before(count: number): number {
    if (count > this.#at) {
      const { content } = this
      const grown = Buffer.allocUnsafe(2 * (content.length + count))
      this.#at = grown.length - content.length
      grown.set(content, this.#at)
      this.#buffer = grown
    }
    this.#at -= count
    return this.#at
  }
}
