import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { AdminKey } from '../../model/runtime-config.ts'

/** The key or token that a client shows, from where APISIX looks and in its order, or as a bearer token. */
export function shownKey(headers: IncomingHttpHeaders, query: URLSearchParams | undefined): string | undefined {
  const header = headers['x-api-key']
  return (
    query?.get('api_key') ??
    (Array.isArray(header) ? header[0] : header) ??
    /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ??
    cookieValue(headers.cookie, 'x_api_key')
  )
}

/** Makes the search for an admin key of the configuration. */
export function createKeySearch(keys: readonly AdminKey[]): (shown: string) => AdminKey | undefined {
  const known = keys.map((key) => ({ key, digest: digest(key.key) }))
  return (shown) => {
    const shownDigest = digest(shown)
    // Every key is compared, in constant time, so that the time taken tells nothing of any of them.
    const matching = known.filter((candidate) => timingSafeEqual(candidate.digest, shownDigest))
    return (matching.find(({ key }) => key.role === 'admin') ?? matching[0])?.key
  }
}

export function cookieValue(cookies: string | undefined, name: string): string | undefined {
  for (const cookie of cookies?.split(';') ?? []) {
    const [key, ...value] = cookie.split('=')
    if (key?.trim() === name) return value.join('=').trim()
  }
  return undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
