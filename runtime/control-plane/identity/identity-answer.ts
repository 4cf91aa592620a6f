import { randomUUID } from 'node:crypto'
import type { IdentityType, ResourceValue } from '../../model/resource.ts'
import { type Answer, KEY_NOT_FOUND, refusal, refuse } from '../admin-api/answer.ts'
import type { RequestTarget } from '../admin-api/request-target.ts'
import { writeAnswer } from '../admin-api/store-answer.ts'
import { newWriteId, parseWriteId } from '../admin-api/write-id.ts'
import { applyJsonPatch } from '../api7ee/json-patch.ts'
import { MAX_PAGE_SIZE, pageOf } from '../api7ee/read-flat.ts'
import { type ConfigurationStore, Refusal } from '../configuration-store.ts'
import type { Caller } from './caller.ts'
import { IDENTITY_KINDS } from './identity-kinds.ts'
import { hashPassword } from './password.ts'
import { newSessionKey, type PasswordHash, SUPER_ADMIN, type User } from './records.ts'
import { newToken } from './token.ts'

export interface IdentityCall {
  readonly method: string
  readonly target: RequestTarget
  /** As JSON; undefined when there was none. */
  readonly body: unknown
  readonly writeId: string | string[] | undefined
  readonly caller: Caller
  /** As the caller may use it. */
  readonly store: ConfigurationStore
}

const DAY = 86_400

/**
 * Answers a call below `/api/users`, `/api/roles`, `/api/permission_policies` or `/api/tokens`, in the form of API7
 * Enterprise: one is `{value}`, several are `{list, total}`, PATCH is JSON Patch.
 */
export async function identityAnswer(type: IdentityType, call: IdentityCall): Promise<Answer> {
  const { method, target } = call
  const [, id, ...more] = target.steps
  if (more.length > 0) return refuse(404, 'not found')
  if (method === 'GET' || method === 'HEAD') return readAnswer(type, id, call)
  const writeId = call.writeId === undefined ? newWriteId() : parseWriteId(String(call.writeId))
  if (!writeId) return refuse(400, 'invalid X-Antipode-Write: it is not a UUID')
  if (id === SUPER_ADMIN.id && type === 'roles') return refuse(400, `the role ${id} is built in`)
  if (type === 'tokens') {
    if (method === 'POST' && id === undefined) return createToken(writeId, call)
    if (method !== 'DELETE') return refuse(405, `${method} is not supported here`)
  }
  if (method === 'DELETE' && id !== undefined) return deleteOne(type, id, writeId, call)
  if (method === 'PATCH' && id !== undefined) {
    const { value, index } = patched(type, id, call)
    return putOne(type, id, value, writeId, call, index)
  }
  if (method === 'PUT' && id !== undefined) return putOne(type, id, call.body, writeId, call)
  if (method !== 'POST' || id !== undefined) return refuse(405, `${method} is not supported here`)
  const named = IDENTITY_KINDS[type].idField === null ? randomUUID() : fieldOf(call.body, 'username')
  // Without a name of its own its schema refuses it.
  return putOne(type, typeof named === 'string' ? named : '', call.body, writeId, call, 0)
}

function readAnswer(type: IdentityType, id: string | undefined, { target: { query }, store }: IdentityCall) {
  const { shown } = IDENTITY_KINDS[type]
  const view = store.read()
  const headers = { 'x-antipode-role': store.state().role }
  if (id === SUPER_ADMIN.id && type === 'roles') return { status: 200, body: { value: SUPER_ADMIN }, headers }
  if (id !== undefined) {
    const stored = view.get(type, id)
    return stored ? { status: 200, body: { value: shown(stored.value) }, headers } : { ...KEY_NOT_FOUND, headers }
  }
  const search = query.get('search') ?? ''
  const builtIn = type === 'roles' ? [SUPER_ADMIN as unknown as ResourceValue] : []
  const values = [...builtIn, ...view.list(type).map(({ value }) => value)]
  const matching = values.filter(({ name, username }) => String(name ?? username).includes(search))
  const page = pageOf(matching, query)
  if (!page) return refuse(400, `page is at least 1, page_size is between 1 and ${MAX_PAGE_SIZE}`)
  return { status: 200, body: { list: page.map(shown), total: matching.length }, headers }
}

/** @param expected the index at which it must have been changed last: 0 where there must be none */
async function putOne(
  type: IdentityType,
  id: string,
  body: unknown,
  writeId: string,
  { caller, store }: IdentityCall,
  expected?: number,
): Promise<Answer> {
  const kind = IDENTITY_KINDS[type]
  const wrong = kind.check(body)
  if (wrong) return refuse(400, `invalid configuration: ${wrong}`)
  if (kind.idField !== null && fieldOf(body, kind.idField) !== id) return refuse(400, `wrong ${kind.idField}`)
  if (!ID.test(id)) return refuse(400, `invalid ${kind.noun} id`)
  const { password, ...fields } = body as ResourceValue & { password?: string }
  const hash = password === undefined ? undefined : await hashPassword(password)
  return writeAnswer(store, writeId, (head) => {
    const stored = head.get(type, id)
    const before = stored?.value
    if (expected === 0 && stored) throw refusal(`${kind.noun} ${id} already exists`)
    if (expected !== undefined && expected !== (stored?.modifiedIndex ?? 0)) {
      throw new Refusal(503, { error_msg: 'value changed before overwritten' })
    }
    const now = Math.floor(Date.now() / 1000)
    const times = { create_time: before?.create_time ?? now, update_time: now }
    const value = type === 'users' ? userOf(fields, before, hash) : { id, ...DEFAULTS[type], ...fields }
    const after = { ...value, ...times }
    kind.checkWrite(head, after, before, caller)
    head.put(type, id, after)
    return { status: before ? 200 : 201, body: { value: kind.shown(after) } }
  })
}

function deleteOne(type: IdentityType, id: string, writeId: string, { caller, store }: IdentityCall): Promise<Answer> {
  return writeAnswer(store, writeId, (head) => {
    const stored = head.get(type, id)
    if (!stored) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
    IDENTITY_KINDS[type].beforeDelete(head, stored.value, caller)
    head.delete(type, id)
    return { status: 200, body: { value: { id, deleted: true } } }
  })
}

/** The token itself is in the answer and never in the recorded one, which a repetition of the write gets. */
async function createToken(writeId: string, { body, caller, store }: IdentityCall): Promise<Answer> {
  const { check, shown } = IDENTITY_KINDS.tokens
  const wrong = check(body)
  if (wrong) return refuse(400, `invalid configuration: ${wrong}`)
  if (caller.by === 'token') return refuse(403, 'a token makes no tokens; log in, or use a key')
  const fields = body as ResourceValue & { expires_at?: number; statement?: unknown }
  if (caller.username === null && !fields.statement) {
    return refuse(400, 'a token that belongs to no user needs a statement that says what it may do')
  }
  const now = Math.floor(Date.now() / 1000)
  const { expires_at = now + 90 * DAY } = fields
  if (expires_at <= now) return refuse(400, 'expires_at is in the past')
  const token = newToken()
  const times = { create_time: now, update_time: now }
  const value = { id: token.id, ...fields, owner: caller.username, hash: token.hash, expires_at, ...times }
  let made = false
  const answer = await writeAnswer(store, writeId, (head) => {
    head.put('tokens', token.id, value, expires_at * 1000)
    made = true
    return { status: 201, body: { value: shown(value) } }
  })
  if (!made || answer.status !== 201) return answer
  return { ...answer, body: { value: { ...(answer.body as { value: object }).value, token: token.text } } }
}

/** What a patch makes of what clients see. */
function patched(type: IdentityType, id: string, { body, store }: IdentityCall): { value: unknown; index: number } {
  const stored = store.read().get(type, id)
  if (!stored) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
  const { create_time: _, update_time: __, id: ___, ...fields } = IDENTITY_KINDS[type].shown(stored.value)
  const result = applyJsonPatch(fields, body)
  if ('problem' in result) throw refusal(`invalid patch: ${result.problem}`)
  return { value: result.value, index: stored.modifiedIndex }
}

const ID = /^[a-zA-Z0-9_.@+-]{1,64}$/
const DEFAULTS: Readonly<Partial<Record<IdentityType, ResourceValue>>> = { roles: { permission_policies: [] } }

/** A new password, another way to log in, and being disabled end all sessions. */
function userOf(fields: ResourceValue, before: ResourceValue | undefined, hash: PasswordHash | undefined) {
  const { provider, password = null, session_key, oidc } = (before ?? {}) as Partial<User>
  const isSame = fields.provider === provider
  if (fields.provider !== undefined && hash) throw refusal('a user who logs in through a provider has no password')
  const way = fields.provider === undefined ? { password: hash ?? password } : { password: null }
  const user = { status: 'active', roles: [], ...fields, ...way, ...(isSame && oidc && { oidc }) }
  const ends = session_key === undefined || hash !== undefined || user.status === 'disabled' || !isSame
  return { ...user, session_key: ends ? newSessionKey() : session_key }
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined
}
