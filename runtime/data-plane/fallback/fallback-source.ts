import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { request } from 'undici'
import { type FallbackPointer, pointerKey, readBucketUrl, readPointer } from '../../model/fallback-location.ts'
import type { FallbackSettings } from '../../model/runtime-config.ts'
import { FrameReader, type SealedFrame } from '../sync/frame-reader.ts'

/** The newest snapshot that a fallback location holds. */
export interface FallbackSnapshot {
  readonly pointer: FallbackPointer
  readonly frame: SealedFrame
}

const ANSWER_TIMEOUT = 10_000
const MOST_UNPACKED = 512 * 1024 * 1024
const unpack = promisify(gunzip)

/**
 * Reads what is at the fallback location for a group.
 *
 * @param url `s3://bucket/prefix`, read with the credentials that the AWS SDK finds, or `https://…` of the same objects
 * @returns undefined where nothing is there for the group
 */
export async function readFallback(settings: FallbackSettings, group: string): Promise<FallbackSnapshot | undefined> {
  const read = settings.url.startsWith('s3:') ? await bucketReader(settings) : httpReader(settings.url)
  const found = await read(pointerKey(group))
  if (!found) return undefined
  const pointer = readPointer(found.toString())
  const packed = await read(pointer.snapshot)
  if (!packed) throw new Error(`${pointer.snapshot}, which is the newest, is not there`)
  const [frame] = new FrameReader().push(await unpack(packed, { maxOutputLength: MOST_UNPACKED }))
  if (!frame) throw new Error(`${pointer.snapshot} is torn`)
  return { pointer, frame }
}

type Read = (key: string) => Promise<Buffer | undefined>

function httpReader(url: string): Read {
  const base = url.replace(/\/+$/, '')
  return async (key) => {
    const timeouts = { headersTimeout: ANSWER_TIMEOUT, bodyTimeout: ANSWER_TIMEOUT }
    const { statusCode, body } = await request(`${base}/${key}`, timeouts)
    const content = Buffer.from(await body.arrayBuffer())
    if (statusCode === 404) return undefined
    if (statusCode !== 200) throw new Error(`${key} is answered with ${statusCode}`)
    return content
  }
}

async function bucketReader({ url, region, endpoint }: FallbackSettings): Promise<Read> {
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
  const { bucket, prefix } = readBucketUrl(url)
  const client = new S3Client({
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
  })
  return async (key) => {
    try {
      const input = { Bucket: bucket, Key: prefix + key }
      const { Body } = await client.send(new GetObjectCommand(input), {
        abortSignal: AbortSignal.timeout(ANSWER_TIMEOUT),
      })
      return Body && Buffer.from(await Body.transformToByteArray())
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined
      throw error
    }
  }
}
