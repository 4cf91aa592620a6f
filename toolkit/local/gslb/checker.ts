/**
 * One of the many checkers of a health check. It changes its mind about an endpoint only after as many probes in a row
 * as the threshold say otherwise; until its first it takes the endpoint to be up, as Route 53 does.
 */
export class Checker {
  readonly #threshold: number
  #up = true
  /** Probes in a row that contradict what it believes. */
  #contradictions = 0

  constructor(threshold: number) {
    this.#threshold = threshold
  }

  get up(): boolean {
    return this.#up
  }

  record(success: boolean): void {
    this.#contradictions = success === this.#up ? 0 : this.#contradictions + 1
    if (this.#contradictions < this.#threshold) return
    this.#up = success
    this.#contradictions = 0
  }
}
