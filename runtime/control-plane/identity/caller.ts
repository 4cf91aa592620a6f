import { type Access, isAllowed, type Statement } from '../../model/permission-policy.ts'
import type { ReadView } from '../configuration-store.ts'
import { EVERYTHING, findPolicy, findRole, SUPER_ADMIN, type Token, type User } from './records.ts'

/** Who calls, and what they may do. */
export interface Caller {
  /** As the audit log names them: `user alice`, `token ci of user alice`, `key admin`, `anonymous`. */
  readonly name: string
  /** The user who calls, or for whom a token does. */
  readonly username: string | null
  readonly by: 'key' | 'token' | 'session' | 'nothing'
  /** The gateway group that a key is bound to; absent from whoever may name any. */
  readonly group?: string
  /** Each of these must allow what is done; none at all is an administrator, who may do everything. */
  readonly limits: readonly (readonly Statement[])[]
}

/** Where nobody has to say who they are. */
export const ANONYMOUS: Caller = { name: 'anonymous', username: null, by: 'nothing', limits: [] }

const READING: readonly Statement[] = [{ resources: ['<.*>'], actions: ['gateway:Get<.*>'], effect: 'allow' }]

/** A key of `deployment.admin.admin_key`. */
export function callerOfKey({ name, role }: { readonly name: string; readonly role: 'admin' | 'viewer' }): Caller {
  return { name: `key ${name}`, username: null, by: 'key', limits: role === 'admin' ? [] : [READING] }
}

export function callerOfUser(user: User, view: ReadView): Caller {
  const { username } = user
  return { name: `user ${username}`, username, by: 'session', limits: limitsOf(user, view) }
}

export function callerOfToken(token: Token, owner: User | null, view: ReadView): Caller {
  const limits = [...(owner ? limitsOf(owner, view) : []), ...(token.statement ? [token.statement] : [])]
  const name = owner ? `token ${token.name} of user ${owner.username}` : `token ${token.name}`
  return { name, username: owner?.username ?? null, by: 'token', limits }
}

export function isAdministrator(caller: Caller): boolean {
  return caller.limits.length === 0
}

export function mayDo(caller: Caller, access: Access): boolean {
  return caller.limits.every((statements) => isAllowed(statements, access))
}

function limitsOf(user: User, view: ReadView): (readonly Statement[])[] {
  // A boundary that is gone allows nothing.
  const boundary =
    user.permission_boundary === undefined ? [] : [findPolicy(view, user.permission_boundary)?.statement ?? []]
  if (user.roles.includes(SUPER_ADMIN.id) && boundary.length === 0) return []
  return [user.roles.flatMap((id) => statementsOf(id, view)), ...boundary]
}

function statementsOf(role: string, view: ReadView): readonly Statement[] {
  if (role === SUPER_ADMIN.id) return EVERYTHING
  const policies = findRole(view, role)?.permission_policies ?? []
  return policies.flatMap((id) => findPolicy(view, id)?.statement ?? [])
}
