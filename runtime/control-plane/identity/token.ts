import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ReadView } from '../configuration-store.ts'
import { type Caller, callerOfToken } from './caller.ts'
import { findUser, type Token } from './records.ts'

/** How tokens begin, as in API7 Enterprise. */
export const TOKEN_PREFIX = 'a7ee-'
const TOKEN = /^a7ee-([0-9a-f]{24})-[\w-]{43}$/

export interface NewToken {
  readonly id: string
  /** The token itself: shown once and kept nowhere. */
  readonly text: string
  readonly hash: string
}

export function newToken(): NewToken {
  const id = randomBytes(12).toString('hex')
  const text = `${TOKEN_PREFIX}${id}-${randomBytes(32).toString('base64url')}`
  // A random secret of 256 bits cannot be guessed from its hash, so that a fast one will do.
  return { id, text, hash: hashOf(text).toString('hex') }
}

/** Who shows this token; undefined where it is unknown, revoked or expired, or its user may not call. */
export function readToken(text: string, view: ReadView, now = Date.now()): Caller | undefined {
  const id = TOKEN.exec(text)?.[1]
  const token = id === undefined ? undefined : (view.get('tokens', id)?.value as Token | undefined)
  if (!token || !timingSafeEqual(hashOf(text), Buffer.from(token.hash, 'hex'))) return undefined
  if (token.expires_at * 1000 <= now) return undefined
  const owner = token.owner === null ? null : findUser(view, token.owner)
  if (owner === undefined || owner?.status === 'disabled') return undefined
  return callerOfToken(token, owner, view)
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
