const FIRST = 250
const LONGEST = 8_000

/** Waiting times that double from a quarter of a second to eight, each jittered by half, so that many do not return at once. */
export class Backoff {
  #next = FIRST

  reset(): void {
    this.#next = FIRST
  }

  /** Milliseconds. */
  next(): number {
    const wait = this.#next * (0.5 + Math.random() / 2)
    this.#next = Math.min(LONGEST, this.#next * 2)
    return wait
  }
}
