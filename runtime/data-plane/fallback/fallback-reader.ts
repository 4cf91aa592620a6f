import type { Logger } from 'pino'
import type { FallbackSettings } from '../../model/runtime-config.ts'
import type { ConfigurationIntake } from '../configuration/configuration-intake.ts'
import { readFallback } from './fallback-source.ts'

export interface FallbackReaderOptions {
  readonly settings: FallbackSettings
  readonly group: string
  readonly intake: ConfigurationIntake
  /** Whether a control plane is followed, which is always the better source. */
  readonly isFollowing: () => boolean
  readonly logger: Logger
}

/** Milliseconds between two looks. */
const LOOK_AGAIN = 30_000

/** Looks at the fallback location while no control plane can be followed. */
export class FallbackReader {
  readonly #options: FallbackReaderOptions
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking = false
  #vouchedAt: number | undefined
  #failure: string | undefined

  constructor(options: FallbackReaderOptions) {
    this.#options = options
  }

  /** When a control plane left there what is served from there, in milliseconds since 1970, by its own word. */
  get vouchedAt(): number | undefined {
    return this.#vouchedAt
  }

  /** Why nothing could be had there, or undefined. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Every control plane has been tried in vain. Does nothing where it was looked a moment ago. */
  notice(): void {
    if (this.#looking || performance.now() - this.#lookedAt < LOOK_AGAIN) return
    this.#looking = true
    this.#lookedAt = performance.now()
    void this.#look().finally(() => {
      this.#looking = false
    })
  }

  async #look(): Promise<void> {
    const { settings, group, intake, isFollowing, logger } = this.#options
    try {
      const found = await readFallback(settings, group)
      this.#failure = found ? undefined : `the fallback holds nothing for gateway group ${group}`
      if (!found || isFollowing()) return
      if (await intake.receiveFallback(found.frame)) {
        const vouchedAt = Date.parse(found.pointer.at)
        this.#vouchedAt = Number.isNaN(vouchedAt) ? undefined : vouchedAt
      }
    } catch (error) {
      this.#failure = `the fallback cannot be read: ${(error as Error).message}`
      logger.warn({ reason: (error as Error).message }, 'the fallback cannot be read')
    }
  }
}
