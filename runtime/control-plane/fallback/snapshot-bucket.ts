import type { S3Client } from '@aws-sdk/client-s3'
import { readBucketUrl } from '../../model/fallback-location.ts'
import type { FallbackSettings } from '../../model/runtime-config.ts'

/** An object and what it is known by: it has another tag once it is replaced. */
export interface TaggedObject {
  readonly text: string
  readonly tag: string
}

/** Objects below one prefix of an S3-compatible bucket. */
export class SnapshotBucket {
  readonly #client: S3Client
  readonly #commands: typeof import('@aws-sdk/client-s3')
  readonly #bucket: string
  readonly #prefix: string

  /** Credentials are those that the SDK finds: of the task, the machine or the environment. */
  static async open({ url, region, endpoint }: FallbackSettings): Promise<SnapshotBucket> {
    const commands = await import('@aws-sdk/client-s3')
    const client = new commands.S3Client({
      ...{ maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 } },
      ...(region !== null && { region }),
      // Others than AWS seldom have a name for each bucket.
      ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    })
    return new SnapshotBucket(client, commands, readBucketUrl(url))
  }

  private constructor(
    client: S3Client,
    commands: typeof import('@aws-sdk/client-s3'),
    { bucket, prefix }: { bucket: string; prefix: string },
  ) {
    this.#client = client
    this.#commands = commands
    this.#bucket = bucket
    this.#prefix = prefix
  }

  async read(key: string): Promise<TaggedObject | undefined> {
    try {
      const { Body, ETag = '' } = await this.#client.send(new this.#commands.GetObjectCommand(this.#at(key)))
      return { text: (await Body?.transformToString()) ?? '', tag: ETag }
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined
      throw error
    }
  }

  async write(key: string, content: Buffer): Promise<void> {
    const input = { ...this.#at(key), Body: content, ContentType: 'application/gzip' }
    await this.#client.send(new this.#commands.PutObjectCommand(input))
  }

  /**
   * Writes an object only where it still is what was read.
   *
   * @param before its tag; undefined where there was none
   * @returns its tag now, or undefined where somebody else has written it meanwhile
   */
  async replace(key: string, text: string, before: string | undefined): Promise<string | undefined> {
    const condition = before === undefined ? { IfNoneMatch: '*' } : { IfMatch: before }
    const input = { ...this.#at(key), ...condition, Body: text, ContentType: 'application/json' }
    try {
      const { ETag } = await this.#client.send(new this.#commands.PutObjectCommand(input))
      return ETag ?? ''
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
      // 409: somebody else writes it at this moment.
      if ([404, 409, 412].includes($metadata?.httpStatusCode ?? 0)) return undefined
      throw error
    }
  }

  /** Keys below a folder, a thousand at most. */
  async list(folder: string): Promise<string[]> {
    const input = { Bucket: this.#bucket, Prefix: this.#prefix + folder }
    const { Contents = [] } = await this.#client.send(new this.#commands.ListObjectsV2Command(input))
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(this.#prefix.length)]))
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new this.#commands.DeleteObjectCommand(this.#at(key)))
  }

  close(): void {
    this.#client.destroy()
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key }
  }
}
