import { randomBytes } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { type Statement, Statements } from '../../model/permission-policy.ts'
import type { ReadView } from '../configuration-store.ts'

/**
 * Users, roles, permission policies and tokens: what clients send for each, and what is stored. They live in the
 * configuration store as resources of their own types, which data planes are never given.
 */

const name = Type.String({ minLength: 1, maxLength: 256, pattern: '^[^\\x00-\\x1f\\x7f]+$' })
const desc = Type.Optional(Type.String({ maxLength: 65_536 }))
const labels = Type.Optional(
  Type.Object({}, { additionalProperties: Type.String({ maxLength: 256 }), maxProperties: 64 }),
)
const ids = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64, uniqueItems: true })
const closed = { additionalProperties: false } as const

/** Also the id of its user. */
export const USERNAME = /^[a-zA-Z0-9_.@+-]{1,64}$/
/** The shortest password that is taken; there are no other rules (NIST SP 800-63B, section 5.1.1). */
export const PASSWORD_LENGTH = { minLength: 12, maxLength: 1024 } as const

export const UserBody = Type.Object(
  {
    username: Type.String({ pattern: USERNAME.source }),
    password: Type.Optional(Type.String(PASSWORD_LENGTH)),
    email: Type.Optional(Type.String({ maxLength: 320 })),
    desc,
    labels,
    status: Type.Optional(Type.Enum(['active', 'disabled'])),
    roles: Type.Optional(ids),
    /** A permission policy that must allow everything the user does, whatever the roles allow. */
    permission_boundary: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** The OpenID provider that the user logs in through, and so without a password. */
    provider: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,32}$' })),
  },
  closed,
)
export const RoleBody = Type.Object({ name, desc, labels, permission_policies: Type.Optional(ids) }, closed)
export const PolicyBody = Type.Object({ name, desc, labels, statement: Statements }, closed)
export const TokenBody = Type.Object(
  {
    name,
    /** What the token may do; beside that, it may do nothing that its user may not. */
    statement: Type.Optional(Statements),
    /** Seconds since 1970. @default in 90 days */
    expires_at: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 40 })),
  },
  closed,
)

const username = Type.String({ pattern: USERNAME.source })
/** As it is shown; it is compared with what is stored, whatever it is. */
const shownSecret = Type.String({ maxLength: PASSWORD_LENGTH.maxLength })
const newPassword = Type.String(PASSWORD_LENGTH)

export const LoginBody = Type.Object({ username: Type.String({ maxLength: 64 }), password: shownSecret }, closed)
export const SetupBody = Type.Object({ secret: shownSecret, username, password: newPassword }, closed)
export const PasswordChangeBody = Type.Object({ old_password: shownSecret, new_password: newPassword }, closed)

/** What scrypt made of a password, with all that is needed to make it again. Bytes are base64. */
export interface PasswordHash {
  readonly algorithm: 'scrypt'
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly salt: string
  readonly hash: string
}

interface Times {
  readonly create_time: number
  readonly update_time: number
}

export interface User extends Omit<Static<typeof UserBody>, 'password' | 'status' | 'roles'>, Times {
  readonly status: 'active' | 'disabled'
  readonly roles: readonly string[]
  /** Null for one who cannot log in with a password. */
  readonly password: PasswordHash | null
  /** Whom `provider` vouched for at the first login; nobody else logs in as this user. */
  readonly oidc?: { readonly issuer: string; readonly subject: string }
  /** Signs the user's sessions (base64); a new one ends them all. */
  readonly session_key: string
}

export interface Role extends Times {
  readonly id: string
  readonly name: string
  readonly permission_policies: readonly string[]
}

export interface PermissionPolicy extends Times {
  readonly id: string
  readonly name: string
  readonly statement: readonly Statement[]
}

export interface Token extends Times {
  readonly id: string
  readonly name: string
  /** The user it acts for; null for one that an administrator's key made, which acts for itself. */
  readonly owner: string | null
  /** SHA-256 of the token, in hex. */
  readonly hash: string
  readonly statement?: readonly Statement[]
  readonly expires_at: number
}

/** The built-in role: it may do everything, and is not stored. */
export const SUPER_ADMIN: Role = {
  id: 'super_admin',
  name: 'Super Admin',
  permission_policies: [],
  create_time: 0,
  update_time: 0,
}

export const EVERYTHING: readonly Statement[] = [{ resources: ['<.*>'], actions: ['<.*>'], effect: 'allow' }]

/** What signs a user's sessions. */
export function newSessionKey(): string {
  return randomBytes(32).toString('base64')
}

export function findUser(view: ReadView, username: string): User | undefined {
  return view.get('users', username)?.value as User | undefined
}

export function findPolicy(view: ReadView, id: string): PermissionPolicy | undefined {
  return view.get('permission_policies', id)?.value as PermissionPolicy | undefined
}

export function findRole(view: ReadView, id: string): Role | undefined {
  return id === SUPER_ADMIN.id ? SUPER_ADMIN : (view.get('roles', id)?.value as Role | undefined)
}
