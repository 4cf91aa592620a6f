import { crc32, deflateRawSync } from 'node:zlib'

export interface ZippedFile {
  readonly name: string
  readonly contents: Uint8Array
  /** @default false */
  readonly executable?: boolean
}

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const END = 0x06054b50
/** 2.0: deflate. */
const VERSION = 20
/** Made on a system with permissions as on Unix. */
const UNIX = 3
const DEFLATE = 8
/** The first of January 1980, the earliest there is, so that the same files make the same archive. */
const DATE = 0x21

/**
 * A zip archive (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT) of small files, with their permissions.
 */
export function zip(files: readonly ZippedFile[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, contents, executable = false } of files) {
    const packed = deflateRawSync(contents, { level: 9 })
    const path = Buffer.from(name)
    const common = numbers(
      ...([
        [VERSION, 2],
        [0, 2],
        [DEFLATE, 2],
        [0, 2],
        [DATE, 2],
        [crc32(contents), 4],
      ] as const),
      ...([
        [packed.length, 4],
        [contents.length, 4],
        [path.length, 2],
        [0, 2],
      ] as const),
    )
    const local = Buffer.concat([numbers([LOCAL_HEADER, 4]), common, path, packed])
    const mode = (executable ? 0o100755 : 0o100644) * 0x10000
    const rest = numbers([0, 2], [0, 2], [0, 2], [mode, 4], [offset, 4])
    central.push(numbers([CENTRAL_HEADER, 4], [(UNIX << 8) | VERSION, 2]), common, rest, path)
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = numbers(
    [END, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [directory.length, 4],
    [offset, 4],
    [0, 2],
  )
  return Buffer.concat([...locals, directory, end])
}

/** Numbers of some bytes each, the lowest byte first. */
function numbers(...fields: readonly (readonly [value: number, size: number])[]): Buffer {
  const parts = fields.map(([value, size]) => {
    const part = Buffer.alloc(size)
    part.writeUIntLE(value, 0, size)
    return part
  })
  return Buffer.concat(parts)
}
