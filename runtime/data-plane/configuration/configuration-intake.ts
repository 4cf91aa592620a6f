import type { Logger } from 'pino'
import type { Acknowledgement, DataPlaneSettings } from '../../model/frame.ts'
import type { Version } from '../../model/version.ts'
import { loadCacheKey } from '../cache/cache-key.ts'
import { HighestVersionFile } from '../cache/highest-version-file.ts'
import { LastKnownGood } from '../cache/last-known-good.ts'
import type { SealedFrame } from '../sync/frame-reader.ts'
import type { FrameVerifier } from '../sync/frame-verifier.ts'
import type { ResourceCompiler } from './compiled-resources.ts'
import { FrameRefusal, type FrameRefusalReason } from './frame-refusal.ts'
import { type ConfigurationFrame, HeldConfiguration } from './held-configuration.ts'
import { LiveConfiguration } from './live-configuration.ts'
import type { ServingTable } from './serving-table.ts'

/** A version that calls are served by. */
export interface Served {
  readonly lineage: string
  readonly version: Version
  readonly hash: string
  readonly table: ServingTable
  readonly source: 'control-plane' | 'cache' | 'fallback'
}

export interface IntakeOptions {
  readonly group: string
  readonly verifier: FrameVerifier
  readonly compiler: ResourceCompiler
  /** Null keeps nothing across restarts. */
  readonly cacheDir: string | null
  readonly logger: Logger
  /** Called after each version that calls are served by from now on. */
  readonly onServed: (served: Served) => void
  readonly onSettings: (settings: DataPlaneSettings) => void
}

interface Cache {
  readonly lastKnownGood: LastKnownGood
  readonly highest: HighestVersionFile
}

/** Milliseconds that a version waits for the next at most, to be served together. */
const LONGEST_WAIT = 100

/** What to do with the stream a frame came from. */
export type Verdict = 'go on' | 'ask for a snapshot' | 'leave' | { readonly goodbye: number }

/**
 * The way of every frame: verified → checked against what is held → (a new epoch: on disk first) → taken in whole or
 * not at all → compiled → served → cached. Frames that arrive together are served together.
 */
export class ConfigurationIntake {
  readonly #options: IntakeOptions
  readonly #live: LiveConfiguration
  readonly #refusals: Record<FrameRefusalReason, number> = { forged: 0, foreign: 0, stale: 0, gap: 0, mismatch: 0 }
  #held: HeldConfiguration
  #cache: Cache | undefined
  #served: Served | undefined
  #isDue = false
  #dueSource: Served['source'] = 'control-plane'
  #fallback: Promise<void> | undefined
  /** Milliseconds that the newest table took to build. */
  #buildTime = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#held = new HeldConfiguration(options.group)
    this.#live = new LiveConfiguration(options.compiler)
  }

  get served(): Served | undefined {
    return this.#served
  }

  /** Frames that were not taken in, by reason. */
  get refusals(): Readonly<Record<FrameRefusalReason, number>> {
    return this.#refusals
  }

  get refusedResources(): Acknowledgement['refused'] {
    return this.#live.refused
  }

  get cacheFailure(): string | undefined {
    return this.#cache?.lastKnownGood.failure
  }

  /** What is held, as a control plane is told when connecting. */
  get heldVersion(): { lineage: string; version: Version; hash: string } | undefined {
    const { lineage, version, hash } = this.#held
    return lineage !== undefined && version && hash !== undefined ? { lineage, version, hash } : undefined
  }

  /** Serves the newest cached configuration that verifies. @returns when it was saved, or undefined without one */
  async loadCache(): Promise<number | undefined> {
    const { cacheDir, logger, group } = this.#options
    if (cacheDir === null) return undefined
    const lastKnownGood = new LastKnownGood(cacheDir, await loadCacheKey(cacheDir), logger)
    const highest = new HighestVersionFile(cacheDir)
    const highestEver = await highest.read(logger)
    this.#cache = { lastKnownGood, highest }
    const loaded = await lastKnownGood.load((frames, savedAt) => {
      const held = this.#replay(frames, savedAt)
      if (highestEver) held.raiseHighest(highestEver)
      return held
    })
    this.#held = loaded?.held ?? new HeldConfiguration(group, highestEver)
    if (!loaded) return undefined
    this.#live.apply(this.#held.all())
    this.#serve('cache')
    logger.warn({ version: this.#held.version }, 'serving the last known good configuration')
    return loaded.savedAt
  }

  /**
   * Takes in what the fallback location holds, unless something as new is held. Nothing may be followed meanwhile.
   * @returns whether it is served now
   */
  async receiveFallback(sealed: SealedFrame): Promise<boolean> {
    const before = this.heldVersion?.version
    this.#fallback = this.#receive(sealed, 'fallback').then(() => {
      this.#fallback = undefined
    })
    await this.#fallback
    return this.heldVersion?.version !== before
  }

  /** Frames of one stream must be given one after another. */
  async receive(sealed: SealedFrame): Promise<Verdict> {
    if (this.#fallback) await this.#fallback
    return this.#receive(sealed, 'control-plane')
  }

  async #receive(sealed: SealedFrame, source: Served['source']): Promise<Verdict> {
    try {
      const frame = this.#options.verifier.open(sealed.seal, sealed.body)
      if (frame.kind === 'settings') {
        this.#options.onSettings(frame.settings)
        return 'go on'
      }
      if (frame.kind === 'goodbye') return { goodbye: frame.reconnectAfter }
      return await this.#receiveConfiguration(frame, sealed, source)
    } catch (error) {
      if (!(error instanceof FrameRefusal)) throw error
      this.#refusals[error.reason]++
      this.#options.logger.error({ reason: error.reason }, error.message)
      return error.reason === 'gap' || error.reason === 'mismatch' ? 'ask for a snapshot' : 'leave'
    }
  }

  async flush(): Promise<void> {
    if (this.#held.highest) await this.#cache?.highest.write(this.#held.highest)
    await this.#cache?.lastKnownGood.flush()
  }

  async #receiveConfiguration(
    frame: ConfigurationFrame,
    sealed: SealedFrame,
    source: Served['source'],
  ): Promise<Verdict> {
    if (!this.#held.check(frame)) {
      if (source === 'control-plane' && this.#served && this.#served.source !== source) this.#serve(source)
      const cached = this.#cache?.lastKnownGood
      if (frame.kind === 'snapshot' && cached?.isOvergrown) cached.keep(sealed, true)
      return 'go on'
    }
    const { lineage, version } = frame
    // From the first answer in a new epoch on, not even a crash may lead back to the old one.
    if (version.epoch > (this.#held.highest?.version.epoch ?? -1))
      await this.#cache?.highest.write({ lineage, version })
    this.#live.apply(this.#held.take(frame))
    this.#cache?.lastKnownGood.keep(sealed, frame.kind === 'snapshot')
    this.#scheduleServing(source)
    return this.#cache?.lastKnownGood.isOvergrown ? 'ask for a snapshot' : 'go on'
  }

  #scheduleServing(source: Served['source']): void {
    this.#dueSource = source
    if (this.#isDue) return
    this.#isDue = true
    const serve = () => {
      this.#isDue = false
      this.#serve(this.#dueSource)
      const { highest } = this.#held
      const { logger } = this.#options
      if (highest)
        this.#cache?.highest.write(highest).catch((err) => logger.error({ err }, 'the version is not on disk'))
    }
    // Building may take a fifth of the time at most, however many revisions come; a small configuration never waits.
    if (this.#buildTime < 1) setImmediate(serve)
    else setTimeout(serve, Math.min(LONGEST_WAIT, this.#buildTime * 4))
  }

  #serve(source: Served['source']): void {
    const held = this.heldVersion!
    const startedAt = performance.now()
    this.#served = { ...held, source, table: this.#live.build() }
    this.#buildTime = performance.now() - startedAt
    this.#options.onServed(this.#served)
  }

  #replay(frames: readonly SealedFrame[], savedAt: number): HeldConfiguration {
    const held = new HeldConfiguration(this.#options.group)
    for (const { seal, body } of frames) {
      const frame = this.#options.verifier.openKept(seal, body, savedAt)
      if (frame.kind === 'settings' || frame.kind === 'goodbye') throw new FrameRefusal('forged', 'no configuration')
      held.check(frame)
      held.take(frame)
    }
    if (!held.version) throw new FrameRefusal('forged', 'it is empty')
    return held
  }
}
