import { Checker } from './checker.ts'

export interface HealthCheckOptions {
  /** Seconds between the probes of one checker. */
  readonly interval: number
  /** Probes in a row until a checker changes its mind. */
  readonly threshold: number
  /** Healthy means that more than this share of the checkers see the endpoint up. @default 0.18, as of Route 53 */
  readonly healthyShare?: number
  /** Whether the endpoint passes now. */
  readonly probe: () => Promise<boolean>
  readonly onChange: (healthy: boolean) => void
}

export const CHECKERS = 16

const HEALTHY_SHARE = 0.18

/**
 * A health check that behaves like Route 53's: sixteen checkers, each probing at the interval, their phases evenly
 * spread over it, so that an endpoint is probed sixteen times an interval and its loss is seen by ever more of them.
 */
export class HealthCheck {
  readonly #options: HealthCheckOptions
  readonly #checkers: readonly Checker[]
  readonly #timers = new Set<NodeJS.Timeout>()
  #healthy = true
  #since = new Date()
  #closed = false

  constructor(options: HealthCheckOptions) {
    this.#options = options
    this.#checkers = Array.from({ length: CHECKERS }, () => new Checker(options.threshold))
  }

  get healthy(): boolean {
    return this.#healthy
  }

  /** When it became what it is. */
  get since(): Date {
    return this.#since
  }

  /** Share of the checkers that see the endpoint up, 0 to 1. */
  get share(): number {
    return this.#checkers.filter(({ up }) => up).length / CHECKERS
  }

  start(): void {
    const interval = this.#options.interval * 1000
    for (const [i, checker] of this.#checkers.entries()) {
      const phase = setTimeout(
        () => {
          this.#timers.add(setInterval(() => void this.#check(checker), interval))
          void this.#check(checker)
        },
        (i * interval) / CHECKERS,
      )
      this.#timers.add(phase)
    }
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  async #check(checker: Checker): Promise<void> {
    const success = await this.#options.probe()
    if (this.#closed) return
    checker.record(success)
    const healthy = this.share > (this.#options.healthyShare ?? HEALTHY_SHARE)
    if (healthy === this.#healthy) return
    this.#healthy = healthy
    this.#since = new Date()
    this.#options.onChange(healthy)
  }
}
