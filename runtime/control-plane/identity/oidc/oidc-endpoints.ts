import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AntipodeError } from '../../../model/errors.ts'
import type { IdentitySettings } from '../../../model/runtime-config.ts'
import { type Answer, refuse } from '../../admin-api/answer.ts'
import { errorAnswer } from '../../admin-api/store-answer.ts'
import type { ConfigurationStore } from '../../configuration-store.ts'
import { type LoginLimit, tooManyFailures } from '../login-limit.ts'
import { openedSession } from '../session.ts'
import { admitUser } from './admit-user.ts'
import { LoginCookie } from './login-cookie.ts'
import type { OidcProvider } from './oidc-provider.ts'

export interface OidcEndpointsOptions {
  /** As the control plane itself may use it. */
  readonly store: ConfigurationStore
  readonly settings: Pick<IdentitySettings, 'sessionTtl'>
  readonly limit: LoginLimit
  readonly providers: readonly OidcProvider[]
  /** Whether tries to log in are noted. */
  readonly audited: boolean
  readonly send: (reply: FastifyReply, answer: Answer) => FastifyReply
}

const API = '/api/oidc'

/**
 * `GET /api/oidc/providers` lists providers for a page to log in on. `GET /api/oidc/login?provider=<id>` sends a
 * browser to one, `GET /api/oidc/callback` is where it comes back: with a session, as a password gives one.
 *
 * Failures count against the address they come from, as wrong passwords do; what is the provider's own fault does not.
 */
export function addOidcEndpoints(app: FastifyInstance, options: OidcEndpointsOptions): void {
  const { store, settings, limit, providers, audited, send } = options
  const open = { config: { open: true } }

  app.get(`${API}/providers`, open, async (_request, reply) => {
    const list = providers.map(({ settings: { id, name } }) => ({ id, name }))
    return send(reply, { status: 200, body: { list, total: list.length } })
  })

  app.get<{ Querystring: { provider?: string | string[] } }>(`${API}/login`, open, async (request, reply) => {
    const { provider: named } = request.query
    const provider = named === undefined ? providers[0] : providers.find(({ settings: { id } }) => id === named)
    if (!provider || (named === undefined && providers.length > 1)) {
      const names = providers.map(({ settings: { id } }) => id).join(', ')
      return send(reply, refuse(400, `provider must be one of: ${names}`))
    }
    const attempt = limit.attempt(null, request.ip)
    if (typeof attempt === 'number') return send(reply, tooManyFailures(attempt))
    // To go away is not to fail.
    attempt()
    const { address, login } = await provider.begin()
    const headers = { location: address.href, 'set-cookie': provider.cookie.set(login) }
    return send(reply, { status: 302, headers })
  })

  app.get(`${API}/callback`, open, async (request, reply) => {
    if (audited) request.attemptedLogin = 'unknown'
    const attempt = limit.attempt(null, request.ip)
    if (typeof attempt === 'number') return send(reply, tooManyFailures(attempt))
    const named = LoginCookie.providerOf(request.headers.cookie)
    const provider = providers.find(({ settings: { id } }) => id === named)
    try {
      const answer = await comeBack(request, provider)
      attempt()
      return send(reply, answer)
    } catch (error) {
      if (!(error instanceof AntipodeError)) throw error
      const { code, message } = error
      if (code !== 'OIDC_REFUSED' && code !== 'OIDC_FORBIDDEN') attempt()
      request.log.warn({ code, reason: message }, 'a login through an OpenID provider failed')
      const answer = errorAnswer(error)
      const removed = provider ? { 'set-cookie': provider.cookie.remove() } : {}
      return send(reply, { ...answer, headers: { ...answer.headers, ...removed } })
    }
  })

  const comeBack = async (request: FastifyRequest, provider: OidcProvider | undefined): Promise<Answer> => {
    const login = provider?.cookie.read(request.headers.cookie)
    if (!provider || !login) {
      const reason = 'this browser has begun none, or more than 10 minutes ago; begin again'
      throw new AntipodeError('OIDC_REFUSED', { provider: provider?.settings.id ?? 'an OpenID provider', reason })
    }
    const { url = '' } = request.raw
    const identity = await provider.finish(url.slice(url.indexOf('?')), login)
    const { ip: address, method } = request
    const user = await admitUser(store, provider.settings, identity, { address, method, path: `${API}/callback` })
    if (audited) request.attemptedLogin = user.username
    const session = openedSession(user, settings.sessionTtl, provider.secure)
    return { status: 302, headers: { location: provider.settings.afterLogin, ...session } }
  }
}
