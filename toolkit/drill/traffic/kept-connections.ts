import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { monotonicNow } from '../measure/monotonic.ts'
import type { CachingResolver } from './caching-resolver.ts'

/** The first pause after a break; each further one is twice as long. */
const FIRST_PAUSE = 250

/**
 * A client that keeps its connections, as SDKs and service meshes do.
 *
 * It is *connected* to one address and stays there, whatever DNS says, until a connection breaks. It then closes all of
 * them and tries again, at once at first: at the address its cache still holds, or, once the TTL has passed, at the one
 * the resolver gives. While attempts fail it pauses between them, 250 ms, 500 ms, … up to the client tail, and calls
 * made in a pause fail without being sent. That pause is what the topology's `clientTail` bounds.
 */
export class KeptConnections {
  readonly #resolver: CachingResolver
  readonly #longestPause: number
  readonly #secure: boolean
  #agent: Agent
  #address: string | null = null
  /** Counts breaks, so that the calls one break fells count as one. */
  #generation = 0
  #pause = 0
  #pausedUntil = 0

  /** @param secure they speak TLS */
  constructor(resolver: CachingResolver, clientTail: number, secure = false) {
    this.#resolver = resolver
    this.#longestPause = clientTail
    this.#secure = secure
    this.#agent = freshAgent(secure)
  }

  /** What to send the next call on; `paused` between attempts. */
  async connection(): Promise<{ agent: Agent; address: string; generation: number } | 'paused' | 'unresolved'> {
    if (monotonicNow() < this.#pausedUntil) return 'paused'
    const generation = this.#generation
    const address = this.#address ?? (await this.#resolver.address())
    if (address === null) return 'unresolved'
    if (generation === this.#generation) this.#address = address
    return { agent: this.#agent, address, generation }
  }

  /** A call on this generation's connections was answered. */
  worked(generation: number): void {
    if (generation === this.#generation) this.#pause = 0
  }

  /** A connection of this generation broke, was refused or fell silent. */
  broke(generation: number): void {
    if (generation !== this.#generation) return
    this.#generation++
    this.#agent.destroy()
    this.#agent = freshAgent(this.#secure)
    this.#address = null
    this.#pausedUntil = monotonicNow() + this.#pause
    this.#pause = Math.min(this.#longestPause, this.#pause === 0 ? FIRST_PAUSE : this.#pause * 2)
  }

  close(): void {
    this.#agent.destroy()
  }
}

function freshAgent(secure: boolean): Agent {
  const options = { keepAlive: true, maxSockets: 16 }
  return secure ? new SecureAgent(options) : new Agent(options)
}
