import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ReadView } from '../configuration-store.ts'
import { type Caller, callerOfUser } from './caller.ts'
import { findUser, USERNAME, type User } from './records.ts'

type Signer = Pick<User, 'username' | 'session_key'>

export const SESSION_COOKIE = 'antipode_session'

/**
 * Sessions of the web page: a cookie that names the user and when it ends, signed with the user's own key. Nothing is
 * kept of it, so that every control plane of a lineage knows it, one that may not write included; a new key of the user
 * ends all of their sessions at once.
 */
function newSession(user: Signer, endsAt: number): string {
  return sign(user, String(endsAt))
}

/**
 * What a login answers with.
 *
 * @param lasts seconds
 */
export function openedSession(user: Signer, lasts: number, secure: boolean): { 'set-cookie': string } {
  return { 'set-cookie': sessionCookie(newSession(user, Date.now() + lasts * 1000), lasts, secure) }
}

export function readSession(text: string, view: ReadView, now = Date.now()): Caller | undefined {
  const [name = '', endsAt = ''] = text.split(':')
  const username = decodeName(name)
  const user = USERNAME.test(username) ? findUser(view, username) : undefined
  if (user?.status !== 'active') return undefined
  const expected = Buffer.from(sign(user, endsAt))
  const shown = Buffer.from(text)
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) return undefined
  return Number(endsAt) > now ? callerOfUser(user, view) : undefined
}

/** @param lasts seconds; 0 removes it */
export function sessionCookie(session: string, lasts: number, secure: boolean): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${lasts}${secure ? '; Secure' : ''}`
  return `${SESSION_COOKIE}=${session}; ${attributes}`
}

function sign({ username, session_key }: Signer, endsAt: string): string {
  const claims = `${Buffer.from(username).toString('base64url')}:${endsAt}`
  const mac = createHmac('sha256', Buffer.from(session_key, 'base64')).update(claims).digest('base64url')
  return `${claims}:${mac}`
}

function decodeName(name: string): string {
  return Buffer.from(name, 'base64url').toString()
}
