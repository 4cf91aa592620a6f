/** A frame as it travels and as it is kept: its two lines, without their line breaks. */
export interface SealedFrame {
  readonly seal: Buffer
  readonly body: Buffer
}

const LINE_FEED = 10
/** Far above any configuration: what is longer is no frame, and must not fill the memory. */
const LONGEST_LINE = 512 * 1024 * 1024

/** Splits a stream into sealed frames. Empty lines between them only say that the connection lives. */
export class FrameReader {
  #parts: Buffer[] = []
  #length = 0
  #seal: Buffer | undefined;

  *push(chunk: Buffer): Generator<SealedFrame> {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#parts.push(chunk.subarray(from, end))
      from = end + 1
      const line = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
      this.#parts = []
      this.#length = 0
      if (line.length === 0) continue
      if (this.#seal === undefined) this.#seal = line
      else {
        const frame = { seal: this.#seal, body: line }
        this.#seal = undefined
        yield frame
      }
    }
    if (from === chunk.length) return
    this.#parts.push(chunk.subarray(from))
    this.#length += chunk.length - from
    if (this.#length > LONGEST_LINE) throw new Error('a line of the stream has no end')
  }
}
