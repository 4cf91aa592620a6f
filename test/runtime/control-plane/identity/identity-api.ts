import type { FastifyInstance, InjectOptions } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { addApi7eeSurface } from '../../../../runtime/control-plane/api7ee/index.ts'
import type { AuditLog } from '../../../../runtime/control-plane/audit/audit-log.ts'
import { addGroupSurface } from '../../../../runtime/control-plane/groups/index.ts'
import { addIdentitySurface } from '../../../../runtime/control-plane/identity/index.ts'
import type { OidcProvider } from '../../../../runtime/control-plane/identity/oidc/oidc-provider.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

export const ADMIN = { 'x-api-key': 'the-admin-key' }
export const VIEWER = { 'x-api-key': 'the-viewer-key' }
export const BOOTSTRAP = 'a-secret-that-is-used-once'
export const PASSWORD = 'correct horse battery'

/** What a test says in one call, and what it is answered. */
export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it and fail where it is something else
  readonly body: any
  readonly headers: Readonly<Record<string, unknown>>
}

interface ApiOptions {
  readonly keyRequired?: boolean
  readonly bootstrap?: string | null
  readonly sessionTtl?: number
  readonly oidc?: readonly OidcProvider[]
  readonly audit?: AuditLog
}

/** An Admin API with identities, over a store in memory. */
export class IdentityApi {
  readonly store = new MemoryStore()
  readonly app: FastifyInstance

  constructor(options: ApiOptions = {}) {
    const { keyRequired = true, bootstrap = BOOTSTRAP, sessionTtl = 3600, oidc = [], audit } = options
    const keys = [
      { name: 'admin', key: ADMIN['x-api-key'], role: 'admin' as const },
      { name: 'viewer', key: VIEWER['x-api-key'], role: 'viewer' as const },
    ]
    this.app = createAdminApi({ store: this.store, config: { keyRequired, keys, allow: [] } })
    addApi7eeSurface(this.app)
    addGroupSurface(this.app)
    addIdentitySurface(this.app, {
      store: this.store,
      settings: { bootstrap, sessionTtl },
      oidc,
      ...(audit && { audit }),
    })
  }

  async call(
    method: string,
    url: string,
    payload?: unknown,
    headers: object = {},
    from = '127.0.0.1',
  ): Promise<Answered> {
    const answer = await this.app.inject({
      ...{ method: method as 'GET', url, headers: { ...headers }, remoteAddress: from },
      ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
    } as InjectOptions)
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json(), headers: answer.headers }
  }

  /** Makes a user with a role that has these statements. */
  async user(username: string, statement: unknown[], more: object = {}): Promise<void> {
    const policy = await this.call('POST', '/api/permission_policies', { name: `of ${username}`, statement }, ADMIN)
    const role = { name: `of ${username}`, permission_policies: [policy.body.value.id] }
    const { body } = await this.call('POST', '/api/roles', role, ADMIN)
    const user = { username, password: PASSWORD, roles: [body.value.id], ...more }
    const answer = await this.call('POST', '/api/users', user, ADMIN)
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  }

  /** @returns the header that shows the session */
  async logIn(username: string, password = PASSWORD): Promise<{ cookie: string }> {
    const answer = await this.call('POST', '/api/login', { username, password })
    return { cookie: String(answer.headers['set-cookie']).split(';')[0]! }
  }
}

export const allow = (actions: string, resources: string, more: object = {}) => ({
  ...{ actions: [actions], resources: [resources], effect: 'allow', ...more },
})
