import type { WitnessSettings } from '../../../model/automatic-failover.ts'
import { SnapshotBucket } from '../../fallback/snapshot-bucket.ts'
import type { TaggedText, Witness } from './witness.ts'

/**
 * An object of an S3-compatible bucket, replaced by conditional writes: `If-Match` with the ETag that was read, or
 * `If-None-Match: *` where there was none.
 */
export class BucketWitness implements Witness {
  readonly place: string
  readonly #bucket: SnapshotBucket
  readonly #key: string

  /** Of the bucket, credentials are those that the SDK finds. */
  static async open({ url, region, endpoint }: WitnessSettings): Promise<BucketWitness> {
    const [, folder, key] = /^(s3:\/\/.+)\/([^/]+)$/.exec(url)!
    return new BucketWitness(url, await SnapshotBucket.open({ url: folder!, region, endpoint }), key!)
  }

  private constructor(place: string, bucket: SnapshotBucket, key: string) {
    this.place = place
    this.#bucket = bucket
    this.#key = key
  }

  async read(): Promise<TaggedText | undefined> {
    return this.#bucket.read(this.#key)
  }

  async replace(text: string, before: string | undefined): Promise<boolean> {
    return (await this.#bucket.replace(this.#key, text, before)) !== undefined
  }

  close(): void {
    this.#bucket.close()
  }
}
