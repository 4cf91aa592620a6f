/** One member of a tar archive, as PostgreSQL's base backups hold them. */
export interface TarEntry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'symlink'
  readonly mode: number
  /** Bytes of content that follow. */
  readonly size: number
  readonly linkTarget: string
}

const BLOCK = 512

/**
 * Takes a ustar stream apart as it arrives, in pieces of any size: `onEntry` for each member, then `onData` for its
 * content. Base backups hold only plain files, directories and symbolic links, with names that fit a header.
 */
export class TarReader {
  readonly #onEntry: (entry: TarEntry) => void
  readonly #onData: (data: Buffer) => void
  #header = Buffer.alloc(0)
  /** Bytes of the current member still to come, without and then with padding. */
  #content = 0
  #padding = 0

  constructor(onEntry: (entry: TarEntry) => void, onData: (data: Buffer) => void) {
    this.#onEntry = onEntry
    this.#onData = onData
  }

  write(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#content > 0) {
        const data = rest.subarray(0, this.#content)
        this.#content -= data.length
        rest = rest.subarray(data.length)
        this.#onData(data)
      } else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, rest.length)
        this.#padding -= skipped
        rest = rest.subarray(skipped)
      } else {
        const wanted = BLOCK - this.#header.length
        this.#header = Buffer.concat([this.#header, rest.subarray(0, wanted)])
        rest = rest.subarray(wanted)
        if (this.#header.length === BLOCK) this.#begin(this.#header)
      }
    }
  }

  #begin(header: Buffer): void {
    this.#header = Buffer.alloc(0)
    if (header.every((byte) => byte === 0)) return
    const entry = parseHeader(header)
    this.#content = entry.size
    this.#padding = (BLOCK - (entry.size % BLOCK)) % BLOCK
    this.#onEntry(entry)
  }
}

function parseHeader(header: Buffer): TarEntry {
  const prefix = text(header, 345, 155)
  const name = text(header, 0, 100)
  const flag = String.fromCharCode(header[156] ?? 0)
  const kind =
    flag === '5' ? 'directory' : flag === '2' ? 'symlink' : flag === '0' || flag === '\0' ? 'file' : undefined
  if (!kind) throw new Error(`tar member ${name} is of kind '${flag}', which a base backup never holds`)
  return {
    name: prefix ? `${prefix}/${name}` : name,
    kind,
    mode: Number.parseInt(text(header, 100, 8), 8) & 0o777,
    size: kind === 'file' ? size(header) : 0,
    linkTarget: text(header, 157, 100),
  }
}

function text(header: Buffer, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

/** Octal digits, or from 8 GiB on a big-endian number behind a set first bit. */
function size(header: Buffer): number {
  const field = header.subarray(124, 136)
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4))
  return Number.parseInt(text(header, 124, 12), 8)
}
