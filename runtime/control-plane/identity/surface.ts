import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IdentitySettings } from '../../model/runtime-config.ts'
import { type Answer, refuse } from '../admin-api/answer.ts'
import { readBody } from '../admin-api/request-body.ts'
import { readTarget } from '../admin-api/request-target.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { ConfigurationStore, Origin } from '../configuration-store.ts'
import { addAuditEndpoints } from './audit-endpoints.ts'
import { identityAnswer } from './identity-answer.ts'
import { IDENTITY_KINDS, isIdentityType } from './identity-kinds.ts'
import { noteIncidents } from './incidents.ts'
import { Login } from './login.ts'
import { LoginLimit } from './login-limit.ts'
import { addOidcEndpoints } from './oidc/oidc-endpoints.ts'
import type { OidcProvider } from './oidc/oidc-provider.ts'
import { findUser, USERNAME } from './records.ts'

const API = '/api'

export interface IdentityOptions {
  /** As the control plane itself may use it. */
  readonly store: ConfigurationStore
  readonly settings: Pick<IdentitySettings, 'bootstrap' | 'sessionTtl'>
  /** Through which people log in beside their passwords. @default none */
  readonly oidc?: readonly OidcProvider[]
  /** Without one nothing is noted, and `/api/audit_logs` is not there. */
  readonly audit?: AuditLog
  /** Whether another control plane answers a call, and notes it. */
  readonly passesOn?: (request: FastifyRequest) => boolean
}

/** Adds users, roles, permission policies, tokens and sessions to an Admin API, where API7 Enterprise has them. */
export function addIdentitySurface(app: FastifyInstance, options: IdentityOptions): void {
  const { store, settings, oidc: providers = [], audit, passesOn } = options
  const limit = new LoginLimit()
  const login = new Login({ store, settings, limit })
  const answerJson = (handle: (request: FastifyRequest, body: unknown) => Answer | Promise<Answer>) => {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const body = readBody((request.body as Buffer | undefined) ?? Buffer.alloc(0))
      if ('problem' in body) return send(reply, refuse(400, `invalid request body: ${body.problem}`))
      return send(reply, await handle(request, body.value))
    }
  }
  const providerOf = ({ caller: { username } }: FastifyRequest) => {
    const user = username === null ? undefined : findUser(store.read(), username)
    return providers.find(({ settings: { id } }) => id === user?.provider)
  }
  const call = (request: FastifyRequest, body: unknown) => ({
    ...{ body, address: request.ip },
    secure: request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https',
  })

  const open = { config: { open: true } }
  app.post(
    `${API}/login`,
    open,
    answerJson((request, body) => {
      if (audit) request.attemptedLogin = nameIn(body)
      return login.logIn(call(request, body))
    }),
  )
  app.post(
    `${API}/setup`,
    open,
    answerJson((request, body) => login.setUp(call(request, body), originOf(request))),
  )
  app.post(
    `${API}/logout`,
    answerJson(async (request, body) => {
      const provider = providerOf(request)
      const answer = await login.logOut(request.caller, originOf(request), call(request, body).secure)
      const address = answer.status === 200 ? await provider?.logoutAddress() : undefined
      return address === undefined ? answer : { ...answer, body: { logout_url: address } }
    }),
  )
  app.get(
    `${API}/me`,
    answerJson((request) => login.whoIs(request.caller)),
  )
  app.put(
    `${API}/me/password`,
    answerJson((request, body) => login.changePassword(call(request, body), request.caller, originOf(request))),
  )

  if (providers.length > 0) {
    addOidcEndpoints(app, { store, settings, limit, providers, audited: audit !== undefined, send })
  }
  if (audit) {
    noteIncidents(app, audit, passesOn)
    addAuditEndpoints(app, audit)
  }

  for (const type of Object.keys(IDENTITY_KINDS).filter(isIdentityType)) {
    for (const url of [`${API}/${type}`, `${API}/${type}/*`]) {
      app.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url,
        handler: answerJson((request, body) => {
          const target = readTarget(request.raw.url ?? '', API)
          if (!target) return refuse(400, 'invalid request path')
          const { method, caller, store } = request
          return identityAnswer(type, {
            method,
            target,
            body,
            caller,
            store,
            writeId: request.headers['x-antipode-write'],
          })
        }),
      })
    }
  }
}

function originOf({ caller, ip, method, routeOptions }: FastifyRequest): Origin {
  return { by: caller.name, address: ip, method, path: routeOptions.url ?? '' }
}

/** Whom somebody tries to log in as; what can be no user's name is not repeated. */
function nameIn(body: unknown): string {
  const { username } = (body ?? {}) as { username?: unknown }
  return typeof username === 'string' && USERNAME.test(username) ? username : 'unknown'
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  // What is told about people and rights is nobody's to keep on the way.
  reply.code(status).headers({ 'cache-control': 'no-store', ...headers })
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body ?? {})))
}
