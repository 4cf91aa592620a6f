import { createHash, timingSafeEqual } from 'node:crypto'
import type { AdminKey } from '../../model/runtime-config.ts'

/** Where a client may show its key, in the order in which APISIX looks. */
export interface ShownKeys {
  readonly query: string | null
  readonly header: string | undefined
  readonly cookies: string | undefined
}

export type KeyCheck = (shown: ShownKeys, method: string) => string | undefined

const READING = new Set(['GET', 'HEAD'])

/** Makes the check of admin keys: it returns why a call is not let in, in APISIX's words, or undefined. */
export function createKeyCheck(keys: readonly AdminKey[]): KeyCheck {
  const known = keys.map(({ key, role }) => ({ digest: digest(key), role }))
  return ({ query, header, cookies }, method) => {
    const shown = query ?? header ?? cookieValue(cookies, 'x_api_key')
    if (!shown) return 'missing apikey'
    const shownDigest = digest(shown)
    // Every key is compared, in constant time, so that the time taken tells nothing of any of them.
    const matching = known.filter((candidate) => timingSafeEqual(candidate.digest, shownDigest))
    if (matching.length === 0) return 'wrong apikey'
    if (READING.has(method) || matching.some(({ role }) => role === 'admin')) return undefined
    return 'invalid method for role viewer'
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function cookieValue(cookies: string | undefined, name: string): string | undefined {
  for (const cookie of cookies?.split(';') ?? []) {
    const [key, ...value] = cookie.split('=')
    if (key?.trim() === name) return value.join('=').trim()
  }
  return undefined
}
