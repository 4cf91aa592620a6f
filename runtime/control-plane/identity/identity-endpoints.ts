import { type TSchema, Type } from 'typebox'
import type { IdentityType } from '../../model/resource.ts'
import type { ServiceEndpoint, ServiceOperation } from '../admin-api/service-endpoint.ts'
import { MAX_PAGE_SIZE } from '../api7ee/read-flat.ts'
import { AuditEntryAnswer, AuditExportQuery, AuditQuery } from './audit-query.ts'
import { LoginBody, PasswordChangeBody, PolicyBody, RoleBody, SetupBody, TokenBody, UserBody } from './records.ts'

const times = { create_time: Type.Integer(), update_time: Type.Integer() }
const id = { id: Type.String() }
const { password: _, ...userFields } = UserBody.properties
const Shown = {
  users: Type.Object({ ...userFields, ...times }),
  roles: Type.Object({ ...id, ...RoleBody.properties, ...times }),
  permission_policies: Type.Object({ ...id, ...PolicyBody.properties, ...times }),
  tokens: Type.Object({
    ...{ ...id, ...TokenBody.properties, ...times },
    owner: Type.Union([Type.String(), Type.Null()]),
    token: Type.Optional(
      Type.String({ description: 'the token itself: in the answer that makes it, and never again' }),
    ),
  }),
} satisfies Record<IdentityType, TSchema>

const value = (schema: TSchema) => Type.Object({ value: schema })
const list = (schema: TSchema) => Type.Object({ list: Type.Array(schema), total: Type.Integer() })
const Deleted = value(Type.Object({ id: Type.String(), deleted: Type.Literal(true) }))
const Me = value(
  Type.Object({
    name: Type.String(),
    by: Type.Enum(['key', 'token', 'session', 'nothing']),
    administrator: Type.Boolean(),
    user: Type.Union([Shown.users, Type.Null()]),
  }),
)
const Empty = Type.Object({})

const ListQuery = Type.Object({
  search: Type.Optional(Type.String({ description: 'what the name holds' })),
  page: Type.Optional(Type.Integer({ minimum: 1 })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
})

const TOO_MANY = { 429: { description: 'Too many failed logins from there; Retry-After says for how long' } }

const SESSIONS: readonly ServiceEndpoint[] = [
  endpoint('/api/setup', 'sessions', {
    POST: {
      ...{ summary: 'Make the first user, who may do everything', body: SetupBody, open: true, writes: true },
      answers: { 201: { description: 'Made', schema: value(Shown.users) }, ...TOO_MANY },
    },
  }),
  endpoint('/api/login', 'sessions', {
    POST: {
      ...{ summary: 'Log in with a password', body: LoginBody, open: true },
      answers: { 200: { description: 'Logged in; the session is in a cookie', schema: Me }, ...TOO_MANY },
    },
  }),
  endpoint('/api/logout', 'sessions', {
    POST: {
      ...{ summary: 'End all sessions of the user who calls', mayBeEmpty: true, writes: true },
      answers: {
        200: {
          description: 'Ended',
          schema: Type.Object({ logout_url: Type.Optional(Type.String({ format: 'uri' })) }),
        },
      },
    },
  }),
  endpoint('/api/me', 'sessions', {
    GET: { summary: 'Who calls', answers: { 200: { description: 'The caller', schema: Me } } },
  }),
  endpoint('/api/me/password', 'sessions', {
    PUT: {
      ...{ summary: 'Change the password of the user who calls', body: PasswordChangeBody, writes: true },
      answers: { 200: { description: 'Changed; all other sessions have ended', schema: Empty }, ...TOO_MANY },
    },
  }),
]

/** There where an OpenID provider is configured. */
export const OIDC_ENDPOINTS: readonly ServiceEndpoint[] = [
  endpoint('/api/oidc/providers', 'sessions', {
    GET: {
      ...{ summary: 'The OpenID providers that people log in through', open: true },
      answers: {
        200: { description: 'Providers', schema: list(Type.Object({ id: Type.String(), name: Type.String() })) },
      },
    },
  }),
  endpoint('/api/oidc/login', 'sessions', {
    GET: {
      ...{ summary: 'Leave for an OpenID provider', open: true },
      query: Type.Object({ provider: Type.Optional(Type.String({ description: 'its id, where there are several' })) }),
      answers: { 302: { description: 'To the provider' }, ...TOO_MANY, ...away() },
    },
  }),
  endpoint('/api/oidc/callback', 'sessions', {
    GET: {
      ...{ summary: 'Come back from an OpenID provider', open: true },
      query: Type.Object({
        code: Type.Optional(Type.String()),
        state: Type.Optional(Type.String()),
        error: Type.Optional(Type.String()),
      }),
      answers: { 302: { description: 'Logged in; the session is in a cookie' }, ...TOO_MANY, ...away() },
    },
  }),
]

const AUDIT: readonly ServiceEndpoint[] = [
  endpoint('/api/audit_logs', 'audit', {
    GET: {
      ...{ summary: 'What happened, the newest first', query: AuditQuery },
      answers: { 200: { description: 'A page of entries', schema: list(AuditEntryAnswer) } },
    },
  }),
  endpoint('/api/audit_logs/export', 'audit', {
    GET: {
      ...{ summary: 'All that happened, the oldest first', query: AuditExportQuery },
      answers: { 200: { description: 'One entry a line', schema: AuditEntryAnswer, type: 'application/x-ndjson' } },
    },
  }),
]

/** Sessions, users, roles, permission policies, tokens and the audit log, where API7 Enterprise has them. */
export const IDENTITY_ENDPOINTS: readonly ServiceEndpoint[] = [
  ...SESSIONS,
  ...collection('users', 'user', '{username}', UserBody),
  ...collection('roles', 'role', '{id}', RoleBody),
  ...collection('permission_policies', 'permission policy', '{id}', PolicyBody),
  endpoint('/api/tokens', 'tokens', {
    GET: listOf('tokens', 'Tokens that the caller may see'),
    POST: {
      ...{ summary: 'Make a token for the user who calls', body: TokenBody, writes: true },
      answers: { 201: { description: 'Made; shown once', schema: value(Shown.tokens) } },
    },
  }),
  endpoint('/api/tokens/{id}', 'tokens', {
    GET: oneOf('tokens', 'A token, without its secret'),
    DELETE: { summary: 'Revoke a token', writes: true, answers: { 200: { description: 'Revoked', schema: Deleted } } },
  }),
  ...AUDIT,
]

function collection(type: Exclude<IdentityType, 'tokens'>, noun: string, parameter: string, body: TSchema) {
  const written = (made: boolean): ServiceOperation['answers'] => ({
    200: { description: 'Replaced', schema: value(Shown[type]) },
    ...(made && { 201: { description: 'Created', schema: value(Shown[type]) } }),
  })
  return [
    endpoint(`/api/${type}`, type, {
      GET: listOf(type, `List: ${noun}`),
      POST: {
        ...{ summary: `Create: ${noun}`, body, writes: true },
        answers: { 201: { description: 'Created', schema: value(Shown[type]) } },
      },
    }),
    endpoint(`/api/${type}/${parameter}`, type, {
      GET: oneOf(type, `Read: ${noun}`),
      PUT: { summary: `Create or replace: ${noun}`, body, writes: true, answers: written(true) },
      PATCH: { summary: `Change: ${noun}`, patches: true, writes: true, answers: written(false) },
      DELETE: {
        ...{ summary: `Delete: ${noun}`, writes: true },
        answers: { 200: { description: 'Deleted', schema: Deleted } },
      },
    }),
  ]
}

function listOf(type: IdentityType, summary: string): ServiceOperation {
  return {
    summary,
    query: ListQuery,
    answers: { 200: { description: 'What the caller may see', schema: list(Shown[type]) } },
  }
}

function oneOf(type: IdentityType, summary: string): ServiceOperation {
  return { summary, answers: { 200: { description: 'It', schema: value(Shown[type]) } } }
}

function endpoint(path: string, tag: string, operations: ServiceEndpoint['operations']): ServiceEndpoint {
  return { path, tag, operations }
}

function away(): ServiceOperation['answers'] {
  return { 503: { description: 'The provider cannot be used now' } }
}
