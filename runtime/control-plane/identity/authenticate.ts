import type { FastifyRequest } from 'fastify'
import type { RuntimeConfig } from '../../model/runtime-config.ts'
import { cookieValue, createKeySearch, shownKey } from '../admin-api/credentials.ts'
import type { RequestTarget } from '../admin-api/request-target.ts'
import type { ReadView } from '../configuration-store.ts'
import { GROUP_KEY_PREFIX, readGroupKey } from '../groups/admin-key.ts'
import { ANONYMOUS, type Caller, callerOfKey } from './caller.ts'
import { readSession, SESSION_COOKIE } from './session.ts'
import { readToken, TOKEN_PREFIX } from './token.ts'

export interface AuthenticationOptions {
  readonly config: Pick<RuntimeConfig['controlPlane']['admin'], 'keyRequired' | 'keys'>
  /** The newest configuration that any control plane of the region has shown. */
  newest(): Promise<ReadView>
}

/** Who calls, or why they are not let in, in APISIX's words. */
export type Authentication = { readonly caller: Caller } | { readonly refused: string }

const READING = new Set(['GET', 'HEAD'])

/** Keys that are stored, by how they begin. */
const OF_THE_STORE = [
  [TOKEN_PREFIX, readToken],
  [GROUP_KEY_PREFIX, readGroupKey],
] as const satisfies readonly (readonly [string, (text: string, view: ReadView) => Caller | undefined])[]

/**
 * Makes the question who calls. A key or token goes before a session. Where keys are not required, whoever shows
 * nothing that is known may do everything; whoever shows a token, key or session is held to it.
 */
export function createAuthentication({ config: { keyRequired, keys }, newest }: AuthenticationOptions) {
  const findKey = createKeySearch(keys)

  const identify = async (request: FastifyRequest, target: RequestTarget | undefined): Promise<Authentication> => {
    const reads = READING.has(request.method)
    const shown = shownKey(request.headers, target?.query)
    if (shown) {
      const key = findKey(shown)
      if (key?.role === 'viewer' && !reads) return { refused: 'invalid method for role viewer' }
      if (key) return { caller: callerOfKey(key) }
      const read = OF_THE_STORE.find(([prefix]) => shown.startsWith(prefix))?.[1]
      const caller = read?.(shown, await newest())
      return caller ? { caller } : { refused: 'wrong apikey' }
    }
    const session = cookieValue(request.headers.cookie, SESSION_COOKIE)
    if (!session) return { refused: 'missing apikey' }
    // Browsers send cookies along with calls that other pages make.
    if (!reads && !isOfOwnPage(request)) return { refused: 'this call was made by another site' }
    const caller = readSession(session, await newest())
    return caller ? { caller } : { refused: 'the session has ended' }
  }

  return async (request: FastifyRequest, target: RequestTarget | undefined): Promise<Authentication> => {
    if (keyRequired) return identify(request, target)
    const key = shownKey(request.headers, target?.query)
    const shows = OF_THE_STORE.some(([prefix]) => key?.startsWith(prefix)) || request.headers.cookie
    const known = shows ? await identify(request, target) : undefined
    return known && 'caller' in known ? known : { caller: ANONYMOUS }
  }
}

function isOfOwnPage({ headers }: FastifyRequest): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}
