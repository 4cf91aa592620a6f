import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { HeldConfiguration } from '../configuration/held-configuration.ts'
import type { SealedFrame } from '../sync/frame-reader.ts'
import { decodeCacheFile, encodeCacheFile } from './cache-file.ts'
import { writeDurably } from './durable-file.ts'

const NAME = /^configuration-(\d{12})\.cache$/
const KEPT = 3
/** Milliseconds between two writes at least: revisions in between share the next. */
const PAUSE = 100
/** A write may take this share of the time at most. */
const SHARE = 10
const MAY_GROW_TO = 1_048_576

export interface LoadedConfiguration {
  readonly held: HeldConfiguration
  /** Milliseconds since 1970. */
  readonly savedAt: number
}

/**
 * The last known good configuration on disk: the last three states, each able to stand alone.
 *
 * Frames are kept as they were received, since only the control plane can sign: a snapshot and what followed it. When
 * what followed outgrows the snapshot, `isOvergrown` says that a fresh one should be asked for. Writing never holds
 * anything up: `keep` only takes note, and one write at a time saves the newest state.
 */
export class LastKnownGood {
  readonly #folder: string
  readonly #key: Buffer
  readonly #logger: Logger
  #frames: SealedFrame[] = []
  #snapshotSize = 0
  #followingSize = 0
  #sequence = 0
  #isDirty = false
  #writing: Promise<void> | undefined
  #stopPausing = new AbortController()
  #failure: string | undefined

  constructor(folder: string, key: Buffer, logger: Logger) {
    this.#folder = folder
    this.#key = key
    this.#logger = logger
  }

  /** Why the newest state is not on disk, or undefined. */
  get failure(): string | undefined {
    return this.#failure
  }

  get isOvergrown(): boolean {
    return this.#followingSize > Math.max(MAY_GROW_TO, this.#snapshotSize)
  }

  /**
   * The newest state that verifies; others are skipped, loudly.
   * @param replay verifies frames and takes them in, one after another; throws for a forged one
   */
  async load(
    replay: (frames: readonly SealedFrame[], savedAt: number) => HeldConfiguration,
  ): Promise<LoadedConfiguration | undefined> {
    const names = await this.#names()
    this.#sequence = Number(NAME.exec(names[0] ?? '')?.[1] ?? 0)
    for (const name of names) {
      try {
        const { frames, savedAt } = await decodeCacheFile(await readFile(join(this.#folder, name)), this.#key)
        const held = replay(frames, savedAt)
        for (const [index, frame] of frames.entries()) this.#note(frame, index === 0)
        return { held, savedAt }
      } catch (error) {
        this.#logger.error({ file: name, reason: (error as Error).message }, 'a cached configuration is skipped')
      }
    }
    return undefined
  }

  /** Takes note of a frame that was taken in. */
  keep(frame: SealedFrame, isSnapshot: boolean): void {
    this.#note(frame, isSnapshot)
    this.#isDirty = true
    this.#writing ??= this.#writeUntilClean()
  }

  /** Resolves once everything noted is on disk. */
  async flush(): Promise<void> {
    this.#stopPausing.abort()
    await this.#writing
  }

  #note(frame: SealedFrame, isSnapshot: boolean): void {
    const size = frame.seal.length + frame.body.length
    if (isSnapshot) {
      this.#frames = [frame]
      this.#snapshotSize = size
      this.#followingSize = 0
    } else {
      this.#frames.push(frame)
      this.#followingSize += size
    }
  }

  async #writeUntilClean(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false
      const startedAt = performance.now()
      try {
        await this.#write()
        this.#failure = undefined
      } catch (error) {
        this.#failure = `the configuration cannot be cached: ${(error as Error).message}`
        this.#logger.error({ err: error }, 'the configuration cannot be cached')
      }
      const pause = Math.max(PAUSE, (performance.now() - startedAt) * SHARE)
      await delay(pause, undefined, { signal: this.#stopPausing.signal }).catch(() => {})
    }
    this.#writing = undefined
  }

  async #write(): Promise<void> {
    const content = await encodeCacheFile([...this.#frames], Date.now(), this.#key)
    this.#sequence++
    const name = `configuration-${String(this.#sequence).padStart(12, '0')}.cache`
    await writeDurably(join(this.#folder, name), content)
    for (const old of (await this.#names()).slice(KEPT)) await rm(join(this.#folder, old), { force: true })
  }

  /** Newest first. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder)
    return names.filter((name) => NAME.test(name)).sort((a, b) => (a < b ? 1 : -1))
  }
}
