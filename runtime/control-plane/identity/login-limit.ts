import ipaddr from 'ipaddr.js'
import { type Answer, refuse } from '../admin-api/answer.ts'

/** Failures within the time that are let through: of one user from one address, of one address, of one user. */
const ALLOWED = { both: 5, address: 20, user: 50 } as const
/** Milliseconds in which failures count. */
const WITHIN = 15 * 60_000
/** Names and addresses remembered; beyond it the longest known are forgotten. */
const REMEMBERED = 20_000

interface Failures {
  readonly since: number
  count: number
}

/**
 * Slows down whoever guesses passwords. A try counts when it begins and is taken back when it succeeds, so that tries
 * at the same time count, too. One address cannot lock a user out of all others, and many together can do so only for
 * the time.
 */
export class LoginLimit {
  readonly #failures = new Map<string, Failures>()

  /**
   * Counts a try.
   *
   * @param username null where it is not known who tries, so that the address alone counts
   * @returns what to call when it succeeded, or the seconds after which another is let through
   */
  attempt(username: string | null, address: string, now = Date.now()): (() => void) | number {
    const network = networkOf(address)
    const named = [
      [`${network} ${username}`, ALLOWED.both],
      [` ${username}`, ALLOWED.user],
    ] as const
    const keys = [[network, ALLOWED.address] as const, ...(username === null ? [] : named)]
    const waits = keys.map(([key, allowed]) => {
      const known = this.#known(key, now)
      return known && known.count >= allowed ? known.since + WITHIN - now : 0
    })
    const wait = Math.max(...waits)
    if (wait > 0) return Math.ceil(wait / 1000)
    for (const [key] of keys) this.#count(key, now)
    return () => {
      for (const [key] of keys) {
        const known = this.#failures.get(key)
        if (known && --known.count === 0) this.#failures.delete(key)
      }
    }
  }

  #known(key: string, now: number): Failures | undefined {
    const known = this.#failures.get(key)
    return known && now - known.since < WITHIN ? known : undefined
  }

  #count(key: string, now: number): void {
    const known = this.#known(key, now)
    if (known) {
      known.count += 1
      return
    }
    this.#failures.delete(key)
    this.#failures.set(key, { since: now, count: 1 })
    if (this.#failures.size <= REMEMBERED) return
    const [oldest] = this.#failures.keys()
    this.#failures.delete(oldest!)
  }
}

/** @param seconds after which another try is let through */
export function tooManyFailures(seconds: number): Answer {
  return { ...refuse(429, 'too many failed logins'), headers: { 'retry-after': String(seconds) } }
}

/** One caller has a whole /64 of IPv6 addresses. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.')
}
