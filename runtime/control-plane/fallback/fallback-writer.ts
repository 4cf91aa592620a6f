import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import {
  type FallbackPointer,
  pointerKey,
  readPointer,
  snapshotFolder,
  snapshotKey,
  versionOfKey,
} from '../../model/fallback-location.ts'
import { compareVersions, formatVersion, type Version } from '../../model/version.ts'
import type { PublishedSnapshot } from '../publish/publisher.ts'
import type { SnapshotBucket } from './snapshot-bucket.ts'

export interface FallbackWriterOptions {
  readonly bucket: SnapshotBucket
  /** Whether this control plane leads the region that writes. */
  readonly mayWrite: () => boolean
  readonly groups: () => readonly string[]
  /** Undefined before a group has been published. */
  readonly published: (group: string) => PublishedSnapshot | undefined
  readonly logger: Logger
}

/** Milliseconds between two looks; revisions that come meanwhile share a snapshot. */
const LOOK_EVERY = 1_000
/** Milliseconds of rest for each of building and sending. */
const REST = 4
const LONGEST_PAUSE = 60_000
const KEPT = 3
const TRIES = 5

/**
 * Leaves the newest snapshot of each gateway group in the bucket, behind everything else: it looks at what has been
 * published, so that publishing never waits for it, and tries again, ever less often, while the bucket is away.
 *
 * A snapshot is written before the pointer to it. The pointer goes forward only: it is read, compared, and replaced only
 * if nobody else has replaced it meanwhile. A control plane that still believes itself the writer finds a newer epoch
 * there and leaves it; so does one of another lineage, which only an operator may bring here, by emptying the prefix.
 */
export class FallbackWriter {
  readonly #options: FallbackWriterOptions
  readonly #stop = new AbortController()
  readonly #written = new Map<string, PublishedSnapshot>()
  /** Since when something newer has been published than the bucket holds. */
  readonly #behindSince = new Map<string, number>()
  readonly #failures = new Map<string, string>()
  readonly #running: Promise<void>
  /** Snapshots and failures since the process started. */
  readonly counts = { written: 0, failed: 0 }

  constructor(options: FallbackWriterOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  /** Seconds for which the group that is furthest behind has been so; 0 where none is, null where it is another's work. */
  get lag(): number | null {
    if (!this.#options.mayWrite()) return null
    const oldest = Math.min(...this.#behindSince.values())
    return oldest === Number.POSITIVE_INFINITY ? 0 : Math.max(0, (Date.now() - oldest) / 1000)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#options.bucket.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let failures = 0
    while (!signal.aborted) {
      const startedAt = performance.now()
      const isWhole = this.#options.mayWrite() ? await this.#writeAll().catch(() => false) : this.#rest()
      failures = isWhole ? 0 : failures + 1
      const work = (performance.now() - startedAt) * REST
      const pause = failures === 0 ? Math.max(LOOK_EVERY, work) : LOOK_EVERY * 2 ** Math.min(failures, 6)
      await delay(Math.min(LONGEST_PAUSE, pause), undefined, { signal }).catch(() => {})
    }
  }

  /** Who writes next may be another: what this one knows of the bucket is not to be relied on then. */
  #rest(): boolean {
    this.#written.clear()
    this.#behindSince.clear()
    return true
  }

  /** @returns whether every group is there */
  async #writeAll(): Promise<boolean> {
    const groups = this.#options.groups()
    for (const known of this.#behindSince.keys()) if (!groups.includes(known)) this.#behindSince.delete(known)
    let isWhole = true
    for (const group of groups) {
      const published = this.#options.published(group)
      if (!published || this.#stop.signal.aborted || this.#isWritten(group, published)) continue
      if (!this.#behindSince.has(group)) this.#behindSince.set(group, published.publishedAt)
      try {
        await this.#write(group, published)
        this.#behindSince.delete(group)
        this.#failures.delete(group)
      } catch (error) {
        isWhole = false
        this.#noteFailure(group, error as Error)
      }
    }
    return isWhole
  }

  /** The same content in the same epoch serves as well. */
  #isWritten(group: string, { lineage, version, hash }: PublishedSnapshot): boolean {
    const before = this.#written.get(group)
    return before?.lineage === lineage && before.version.epoch === version.epoch && before.hash === hash
  }

  async #write(group: string, published: PublishedSnapshot): Promise<void> {
    const { bucket, mayWrite } = this.#options
    const { lineage, version, hash } = published
    const key = snapshotKey(group, lineage, version)
    // Now, while it still is of this version.
    const { gzip } = published.frame()
    let isThere = false
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const found = await bucket.read(pointerKey(group))
      if (found && !this.#isOlder(readPointer(found.text), published)) {
        this.#written.set(group, published)
        return
      }
      if (!isThere) await bucket.write(key, gzip)
      isThere = true
      // Whoever lost the right to write meanwhile leaves the pointer to its successor.
      if (!mayWrite()) throw new Error('this control plane writes no more')
      const pointer: FallbackPointer = { lineage, version, hash, snapshot: key, at: new Date().toISOString() }
      if ((await bucket.replace(pointerKey(group), JSON.stringify(pointer), found?.tag)) !== undefined) {
        this.#written.set(group, published)
        this.counts.written += 1
        await this.#removeOld(group, lineage, version)
        return
      }
    }
    throw new Error(`somebody else wrote the pointer ${TRIES} times meanwhile`)
  }

  /** @throws Error where the pointer is another lineage's */
  #isOlder(found: FallbackPointer, { lineage, version, hash }: PublishedSnapshot): boolean {
    if (found.lineage !== lineage) {
      throw new Error(
        `the bucket holds lineage ${found.lineage}, and this is ${lineage}; empty the prefix to change it`,
      )
    }
    if (compareVersions(found.version, version) < 0) return found.version.epoch < version.epoch || found.hash !== hash
    if (found.version.epoch > version.epoch) {
      throw new Error(`the bucket holds ${formatVersion(found.version)}, which is of a newer epoch`)
    }
    return false
  }

  async #removeOld(group: string, lineage: string, newest: Version): Promise<void> {
    const { bucket } = this.#options
    const old = (await bucket.list(snapshotFolder(group, lineage)))
      .flatMap((key) => {
        const version = versionOfKey(key)
        return version && compareVersions(version, newest) < 0 ? [{ key, version }] : []
      })
      .sort((a, b) => compareVersions(b.version, a.version))
    // Somebody may be reading what the pointer named a moment ago.
    for (const { key } of old.slice(KEPT - 1)) await bucket.remove(key)
  }

  #noteFailure(group: string, { message }: Error): void {
    this.counts.failed += 1
    if (this.#failures.get(group) === message) return
    this.#failures.set(group, message)
    this.#options.logger.error({ group, reason: message }, 'the fallback of a gateway group is not up to date')
  }
}
