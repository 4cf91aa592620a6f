import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'

const HEADER_BYTES = 8

/**
 * Writes what a container says to a file, after what is in it; resolves when it says no more. Its two streams come
 * interleaved, in frames: which stream, three zeros, four bytes of length, and the text.
 */
export async function writeLog(frames: Readable, path: string): Promise<void> {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  let rest = Buffer.alloc(0)
  try {
    for await (const chunk of frames) {
      rest = Buffer.concat([rest, chunk as Buffer])
      while (rest.length >= HEADER_BYTES) {
        const end = HEADER_BYTES + rest.readUInt32BE(4)
        if (rest.length < end) break
        file.write(rest.subarray(HEADER_BYTES, end))
        rest = rest.subarray(end)
      }
    }
  } catch {
    // The engine itself has ended: no more is said.
  } finally {
    await new Promise<void>((resolve) => file.end(resolve))
  }
}
