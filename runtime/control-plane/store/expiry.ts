import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { removeResource } from '../remove-resource.ts'
import type { Configuration } from './configuration.ts'
import type { Sequencer } from './sequencer.ts'

export interface ExpiryOptions {
  readonly sequencer: Pick<Sequencer, 'submit'>
  /** The confirmed configuration, which the sequencer brings forward. */
  readonly configuration: Configuration
  readonly logger: Logger
}

/** Milliseconds between two looks, and so about how late a removal is. */
export const EXPIRY_LOOK_EVERY = 200

/**
 * Removes resources whose time has come, as the leader: by an ordinary write, so that removals have their place in the
 * order of revisions and reach the standby and every data plane like any other change. A write that is refused or in
 * doubt is made again at the next look; one that comes after the resource was written anew finds nothing to do.
 */
export class Expiry {
  readonly #options: ExpiryOptions
  #busy = false

  constructor(options: ExpiryOptions) {
    this.#options = options
  }

  async look(now: number = Date.now()): Promise<void> {
    const { configuration, sequencer, logger } = this.#options
    if (this.#busy || !configuration.hasExpired(now)) return
    this.#busy = true
    try {
      await sequencer.submit(randomUUID(), (head) => {
        const expired = configuration.expired(now)
        for (const { type, id } of expired) {
          const { expiresAt } = head.get(type, id) ?? { expiresAt: null }
          if (expiresAt !== null && expiresAt <= now) removeResource(head, type, id)
        }
        return { status: 200, body: { expired: expired.length } }
      })
    } catch (error) {
      logger.debug({ err: error }, 'expired resources are still there')
    } finally {
      this.#busy = false
    }
  }
}
