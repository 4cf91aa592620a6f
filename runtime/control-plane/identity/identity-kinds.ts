import type { IdentityType, ResourceValue } from '../../model/resource.ts'
import { compileSchema, type SchemaCheck } from '../../model/schema-compiler.ts'
import { refusal } from '../admin-api/answer.ts'
import { type HeadView, type ReadView, Refusal } from '../configuration-store.ts'
import { type Caller, isAdministrator } from './caller.ts'
import {
  findPolicy,
  findRole,
  type PermissionPolicy,
  PolicyBody,
  type Role,
  RoleBody,
  SUPER_ADMIN,
  TokenBody,
  type User,
  UserBody,
} from './records.ts'

export interface IdentityKind {
  /** What a refusal calls one. */
  readonly noun: string
  /** The field that is its id; null where the id is made here and stands in no body. */
  readonly idField: 'username' | null
  readonly check: SchemaCheck
  /** As clients see it: without secrets. */
  shown(value: ResourceValue): ResourceValue
  /** What must hold beyond the schema for the caller to write it. @throws Refusal */
  checkWrite(head: ReadView, after: ResourceValue, before: ResourceValue | undefined, caller: Caller): void
  /** What must hold for the caller to delete it; removes what is nothing without it. @throws Refusal */
  beforeDelete(head: HeadView, value: ResourceValue, caller: Caller): void
}

export const IDENTITY_KINDS: Readonly<Record<IdentityType, IdentityKind>> = {
  users: {
    noun: 'user',
    idField: 'username',
    check: compileSchema(UserBody),
    shown: ({ password: _, session_key: __, oidc: ___, ...shown }) => shown,
    checkWrite(head, after, before, caller) {
      const { roles, permission_boundary } = after as unknown as User
      for (const id of roles) if (!findRole(head, id)) throw refusal(`role ${id} not found`)
      if (permission_boundary !== undefined) demandPolicy(head, permission_boundary)
      demandAdministrator(caller, before, after)
      if (before && holdsEverything(before) && !holdsEverything(after)) demandAnother(head, before)
    },
    beforeDelete(head, value, caller) {
      demandAdministrator(caller, value)
      if (holdsEverything(value)) demandAnother(head, value)
      for (const token of head.list('tokens')) if (token.value.owner === value.username) head.delete('tokens', token.id)
    },
  },
  roles: {
    noun: 'role',
    idField: null,
    check: compileSchema(RoleBody),
    shown: (value) => value,
    checkWrite(head, after) {
      for (const id of (after as unknown as Role).permission_policies) demandPolicy(head, id)
    },
    beforeDelete(head, { id }) {
      const user = head.list('users').find(({ value }) => (value.roles as string[]).includes(String(id)))
      if (user) throw refusal(`can not delete this role, user [${user.id}] is still using it now`)
    },
  },
  permission_policies: {
    noun: 'permission policy',
    idField: null,
    check: compileSchema(PolicyBody),
    shown: (value) => value,
    checkWrite() {},
    beforeDelete(head, { id }) {
      const role = head.list('roles').find(({ value }) => (value.permission_policies as string[]).includes(String(id)))
      const user = head.list('users').find(({ value }) => value.permission_boundary === id)
      const holder = role ? `role [${role.id}]` : user && `user [${user.id}]`
      if (holder) throw refusal(`can not delete this permission policy, ${holder} is still using it now`)
    },
  },
  tokens: {
    noun: 'token',
    idField: null,
    check: compileSchema(TokenBody),
    shown: ({ hash: _, ...shown }) => shown,
    checkWrite() {},
    beforeDelete() {},
  },
}

export function isIdentityType(name: string): name is IdentityType {
  return Object.hasOwn(IDENTITY_KINDS, name)
}

function demandPolicy(view: ReadView, id: string): PermissionPolicy {
  const policy = findPolicy(view, id)
  if (!policy) throw refusal(`permission policy ${id} not found`)
  return policy
}

function holdsEverything(user: ResourceValue): boolean {
  const { roles, status } = user as unknown as User
  return status === 'active' && roles.includes(SUPER_ADMIN.id)
}

/** Whoever may change users could otherwise make themselves one who may do everything. */
function demandAdministrator(caller: Caller, ...states: readonly (ResourceValue | undefined)[]): void {
  if (isAdministrator(caller)) return
  if (!states.some((state) => (state as User | undefined)?.roles.includes(SUPER_ADMIN.id))) return
  throw new Refusal(403, { error_msg: `only ${SUPER_ADMIN.name} may write a user with the role ${SUPER_ADMIN.id}` })
}

/** Somebody must always be able to give rights. */
function demandAnother(head: ReadView, user: ResourceValue): void {
  const others = head.list('users').filter(({ value }) => value.username !== user.username && holdsEverything(value))
  if (others.length === 0) throw refusal(`an active user must keep the role ${SUPER_ADMIN.id}, and no other has it`)
}
