import { monotonicNow } from '../measure/monotonic.ts'
import { askDns, type DnsServer } from './dns-client.ts'

/** A stub resolver as callers have one: keeps an answer for its TTL, then asks again. */
export class CachingResolver {
  readonly #server: DnsServer
  readonly #name: string
  readonly #nearest: string | null
  /** Told of every answer, in order; null when there was none. */
  readonly #onAnswer: (address: string | null, at: number) => void
  #address: string | null = null
  #expires = 0
  /** Share of the next answer's TTL for which it is kept. */
  #kept: number
  #asking: Promise<string | null> | undefined

  /**
   * @param nearest the region that it says it is nearest to
   * @param age share of its first answer's TTL that is over already, 0 to 1: that of a cache which somebody else filled
   */
  constructor(
    server: DnsServer,
    name: string,
    onAnswer: (address: string | null, at: number) => void = () => {},
    nearest: string | null = null,
    age = 0,
  ) {
    this.#server = server
    this.#kept = 1 - age
    this.#name = name
    this.#nearest = nearest
    this.#onAnswer = onAnswer
  }

  /** The address to call now; null when none is known. Callers that ask at the same time share one question. */
  async address(): Promise<string | null> {
    if (this.#address !== null && monotonicNow() < this.#expires) return this.#address
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<string | null> {
    const asked = monotonicNow()
    const answer = await askDns(this.#server, this.#name, this.#nearest)
    this.#address = answer?.addresses[0] ?? null
    this.#expires = asked + (answer?.ttl ?? 0) * 1_000 * this.#kept
    if (answer) this.#kept = 1
    this.#onAnswer(this.#address, monotonicNow())
    return this.#address
  }
}
