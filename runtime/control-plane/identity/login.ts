import { timingSafeEqual } from 'node:crypto'
import type { IdentitySettings } from '../../model/runtime-config.ts'
import { compileSchema } from '../../model/schema-compiler.ts'
import { type Answer, refusal, refuse } from '../admin-api/answer.ts'
import { writeAnswer } from '../admin-api/store-answer.ts'
import { newWriteId } from '../admin-api/write-id.ts'
import type { ConfigurationStore, Origin } from '../configuration-store.ts'
import { type Caller, callerOfUser, isAdministrator } from './caller.ts'
import { IDENTITY_KINDS } from './identity-kinds.ts'
import { type LoginLimit, tooManyFailures } from './login-limit.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { findUser, LoginBody, newSessionKey, PasswordChangeBody, SetupBody, SUPER_ADMIN, type User } from './records.ts'
import { openedSession, sessionCookie } from './session.ts'

export interface LoginCall {
  readonly body: unknown
  readonly address: string
  /** Whether the client came by TLS. */
  readonly secure: boolean
}

const checkLogin = compileSchema(LoginBody)
const checkSetup = compileSchema(SetupBody)
const checkPasswordChange = compileSchema(PasswordChangeBody)

export interface LoginOptions {
  readonly store: ConfigurationStore
  readonly settings: Pick<IdentitySettings, 'bootstrap' | 'sessionTtl'>
  /** Shared with every other way to log in. */
  readonly limit: LoginLimit
}

/** Logging in and out, the first administrator, and what people change of themselves. */
export class Login {
  readonly #store: ConfigurationStore
  readonly #settings: LoginOptions['settings']
  readonly #limit: LoginLimit

  constructor({ store, settings, limit }: LoginOptions) {
    this.#store = store
    this.#settings = settings
    this.#limit = limit
  }

  /** `POST /api/login` */
  async logIn({ body, address, secure }: LoginCall): Promise<Answer> {
    const wrong = checkLogin(body)
    if (wrong) return refuse(400, `invalid configuration: ${wrong}`)
    const { username, password } = body as { username: string; password: string }
    const attempt = this.#limit.attempt(username, address)
    if (typeof attempt === 'number') return tooManyFailures(attempt)
    const known = findUser(this.#store.read(), username)
    const right = await verifyPassword(password, known?.password ?? null)
    // Once more, since it took a while.
    const user = findUser(this.#store.read(), username)
    if (!right || user?.status !== 'active' || user.session_key !== known?.session_key) {
      return refuse(401, 'wrong username or password')
    }
    attempt()
    return { ...this.whoIs(callerOfUser(user, this.#store.read())), headers: this.#opened(user, secure) }
  }

  /** `POST /api/logout`: ends all sessions of the user who calls. */
  async logOut(caller: Caller, origin: Origin, secure: boolean): Promise<Answer> {
    const { username } = caller
    const removed = { 'set-cookie': sessionCookie('', 0, secure) }
    if (caller.by !== 'session' || username === null) return { status: 200, body: {}, headers: removed }
    const answer = await writeAnswer(
      this.#store,
      newWriteId(),
      (head) => {
        const user = findUser(head, username)
        if (user) head.put('users', username, { ...user, session_key: newSessionKey() })
        return { status: 200, body: {} }
      },
      origin,
    )
    return { ...answer, headers: { ...answer.headers, ...removed } }
  }

  /** `POST /api/setup`: the first user, who may do everything, for whoever knows the one-time secret. */
  async setUp({ body, address }: LoginCall, origin: Omit<Origin, 'by'>): Promise<Answer> {
    const wrong = checkSetup(body)
    if (wrong) return refuse(400, `invalid configuration: ${wrong}`)
    const { secret, username, password } = body as { secret: string; username: string; password: string }
    const attempt = this.#limit.attempt('', address)
    if (typeof attempt === 'number') return tooManyFailures(attempt)
    const { bootstrap } = this.#settings
    if (bootstrap === null || !isSame(secret, bootstrap)) return refuse(401, 'wrong secret')
    attempt()
    const hash = await hashPassword(password)
    const by = `user ${username}`
    return writeAnswer(
      this.#store,
      newWriteId(),
      (head) => {
        if (head.list('users').length > 0) throw refusal('there are users already; the secret is used up')
        const now = Math.floor(Date.now() / 1000)
        const user = {
          ...{ username, status: 'active', roles: [SUPER_ADMIN.id], password: hash },
          ...{ session_key: newSessionKey(), create_time: now, update_time: now },
        }
        head.put('users', username, user)
        return { status: 201, body: { value: IDENTITY_KINDS.users.shown(user) } }
      },
      { ...origin, by },
    )
  }

  /** `GET /api/me` */
  whoIs(caller: Caller): Answer {
    const user = caller.username === null ? undefined : findUser(this.#store.read(), caller.username)
    const value = {
      ...{ name: caller.name, by: caller.by, administrator: isAdministrator(caller) },
      user: user ? IDENTITY_KINDS.users.shown(user as unknown as Record<string, unknown>) : null,
    }
    return { status: 200, body: { value } }
  }

  /** `PUT /api/me/password`: ends all other sessions. */
  async changePassword({ body, address, secure }: LoginCall, caller: Caller, origin: Origin): Promise<Answer> {
    const { username } = caller
    if (caller.by !== 'session' || username === null) return refuse(403, 'only who is logged in has a password')
    const wrong = checkPasswordChange(body)
    if (wrong) return refuse(400, `invalid configuration: ${wrong}`)
    const { old_password, new_password } = body as { old_password: string; new_password: string }
    const attempt = this.#limit.attempt(username, address)
    if (typeof attempt === 'number') return tooManyFailures(attempt)
    const right = await verifyPassword(old_password, findUser(this.#store.read(), username)?.password ?? null)
    if (!right) return refuse(401, 'wrong password')
    attempt()
    const password = await hashPassword(new_password)
    const session_key = newSessionKey()
    const answer = await writeAnswer(
      this.#store,
      newWriteId(),
      (head) => {
        const user = findUser(head, username)
        if (!user) throw refusal('the user is gone')
        const update_time = Math.floor(Date.now() / 1000)
        head.put('users', username, { ...user, password, session_key, update_time })
        return { status: 200, body: {} }
      },
      origin,
    )
    if (answer.status !== 200) return answer
    return { ...answer, headers: { ...answer.headers, ...this.#opened({ username, session_key }, secure) } }
  }

  #opened(user: Pick<User, 'username' | 'session_key'>, secure: boolean): { 'set-cookie': string } {
    return openedSession(user, this.#settings.sessionTtl, secure)
  }
}

/** Without telling by the time taken how much of it is right. */
function isSame(shown: string, expected: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
