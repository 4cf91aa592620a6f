import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { FrameReader, type SealedFrame } from '../sync/frame-reader.ts'

/**
 * One file of the last known good: a line of JSON, then the sealed frames as they were received (a snapshot, and what
 * followed it), compressed and encrypted with AES-256-GCM. The first line is authenticated with them.
 */
interface FileHead {
  readonly format: 1
  /** Milliseconds since 1970: when a control plane last vouched for the content. */
  readonly savedAt: number
  /** Base64. */
  readonly nonce: string
  /** SHA-256 of the encrypted part, in hex: tells a torn file from a forged one. */
  readonly checksum: string
}

const TAG_LENGTH = 16
const compress = promisify(gzip)
const decompress = promisify(gunzip)

export async function encodeCacheFile(frames: readonly SealedFrame[], savedAt: number, key: Buffer): Promise<Buffer> {
  const lineFeed = Buffer.from('\n')
  const text = Buffer.concat(frames.flatMap(({ seal, body }) => [seal, lineFeed, body, lineFeed]))
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(String(savedAt)))
  const encrypted = Buffer.concat([
    cipher.update(await compress(text, { level: 1 })),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  const checksum = createHash('sha256').update(encrypted).digest('hex')
  const head: FileHead = { format: 1, savedAt, nonce: nonce.toString('base64'), checksum }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), encrypted])
}

/** @throws Error that says whether the file is torn or forged */
export async function decodeCacheFile(
  content: Buffer,
  key: Buffer,
): Promise<{ frames: SealedFrame[]; savedAt: number }> {
  const end = content.indexOf('\n')
  if (end < 0) throw new Error('torn: it has no head')
  const head = JSON.parse(content.subarray(0, end).toString()) as FileHead
  const encrypted = content.subarray(end + 1)
  if (head.format !== 1) throw new Error(`format ${head.format} is not known here`)
  if (createHash('sha256').update(encrypted).digest('hex') !== head.checksum)
    throw new Error('torn: its checksum differs')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(head.nonce, 'base64'))
  decipher.setAAD(Buffer.from(String(head.savedAt)))
  decipher.setAuthTag(encrypted.subarray(-TAG_LENGTH))
  let compressed: Buffer
  try {
    compressed = Buffer.concat([decipher.update(encrypted.subarray(0, -TAG_LENGTH)), decipher.final()])
  } catch {
    throw new Error('forged, or written with another key')
  }
  return { frames: [...new FrameReader().push(await decompress(compressed))], savedAt: head.savedAt }
}
