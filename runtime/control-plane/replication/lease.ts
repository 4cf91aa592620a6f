import { randomInt } from 'node:crypto'

/**
 * The writer's right to write, renewed by its peer's confirmations.
 *
 * A renewal counts from the moment the writer *sent* the probe that the confirmation answers, so the writer always
 * thinks its lease ends earlier than the peer does. Two clocks are watched: a suspended machine stops the monotonic
 * one, a corrected wall clock jumps; the lease is over as soon as either says so.
 */
export class Lease {
  readonly #ttl: number
  readonly #sent = new Map<number, Instant>()
  /** From a number of its own in each process: a confirmation meant for another leader's probe renews nothing. */
  #probe = randomInt(2 ** 40)
  #from: Instant | undefined

  /** @param ttl milliseconds */
  constructor(ttl: number) {
    this.#ttl = ttl
  }

  get ttl(): number {
    return this.#ttl
  }

  /** The number of a probe that is sent now. */
  probe(): number {
    this.#probe += 1
    this.#sent.set(this.#probe, instant())
    if (this.#sent.size > 1_000) this.#sent.delete(this.#sent.keys().next().value!)
    return this.#probe
  }

  /** The peer has confirmed in answer to this probe. Unknown numbers, such as another process's, renew nothing. */
  renew(probe: number): void {
    const sent = this.#sent.get(probe)
    if (!sent) return
    for (const number of this.#sent.keys()) if (number <= probe) this.#sent.delete(number)
    this.#from = sent
  }

  /** Milliseconds left, never negative. */
  get remaining(): number {
    return this.#from ? Math.max(0, this.#ttl - elapsed(this.#from)) : 0
  }

  get held(): boolean {
    return this.remaining > 0
  }

  /** Given back before its time, as draining does. */
  release(): void {
    this.#from = undefined
    this.#sent.clear()
  }
}

/** The standby's side: how long it must still wait before it may promote itself. */
export class PromotionWait {
  readonly #wait: number
  #since = performance.now()

  /** @param ttl milliseconds, as `margin` is; the wait starts anew with every confirmation sent, and with leading */
  constructor(ttl: number, margin: number) {
    this.#wait = ttl + margin
  }

  /** Another process may have confirmed until now. */
  restart(): void {
    this.#since = performance.now()
  }

  confirmationSent(): void {
    this.#since = performance.now()
  }

  /**
   * Milliseconds until a lease that this side renewed must be over. The monotonic clock alone: it stops with a
   * suspended machine, which only makes the wait longer.
   */
  get remaining(): number {
    return Math.max(0, this.#wait - (performance.now() - this.#since))
  }
}

interface Instant {
  readonly monotonic: number
  readonly wall: number
}

function instant(): Instant {
  return { monotonic: performance.now(), wall: Date.now() }
}

function elapsed(since: Instant): number {
  return Math.max(performance.now() - since.monotonic, Date.now() - since.wall)
}
