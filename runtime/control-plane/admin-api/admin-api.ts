import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
  type preHandlerAsyncHookHandler,
} from 'fastify'
import { AddressSet } from '../../model/address-set.ts'
import { AntipodeError } from '../../model/errors.ts'
import type { PluginSchema } from '../../model/plugin-schema.ts'
import { DEFAULT_GROUP, GROUP_ID } from '../../model/resource.ts'
import { createResourceValidator } from '../../model/resource-validator.ts'
import type { RuntimeConfig } from '../../model/runtime-config.ts'
import { pluginSchemas } from '../../plugins/schemas.ts'
import { type ConfigurationStore, Refusal } from '../configuration-store.ts'
import { storeOfGroup } from '../groups/group-store.ts'
import { createAuthentication } from '../identity/authenticate.ts'
import { authorisedStore } from '../identity/authorised-store.ts'
import { ANONYMOUS, type Caller } from '../identity/caller.ts'
import { requestIdOf } from '../operation/call-log.ts'
import { adminAnswer } from './admin-answer.ts'
import { type Answer, refuse } from './answer.ts'
import { regionAnswer } from './region-endpoints.ts'
import { readTarget } from './request-target.ts'
import { errorAnswer } from './store-answer.ts'
import { usageAnswer } from './usage-endpoint.ts'

/** APISIX's limit on an Admin API body: 1.5 MiB. */
const MAX_BODY_BYTES = 1.5 * 1024 * 1024

/**
 * ADC reads the version it speaks to from this header, and without one assumes the newest there could be. 3.17 is the
 * release whose resource model and error texts this API follows.
 */
const SERVER = 'APISIX/3.17.0'

const ADMIN = '/apisix/admin'
const ANTIPODE = '/antipode'

export interface AdminApiOptions {
  readonly store: ConfigurationStore
  readonly config: Pick<RuntimeConfig['controlPlane']['admin'], 'keyRequired' | 'keys' | 'allow'>
  /** Without one nothing is logged. */
  readonly logger?: FastifyBaseLogger
  /** Runs before a call that was let in: answers it where another control plane of the region leads. */
  readonly passOn?: preHandlerAsyncHookHandler
  /** Waits until everything is shown that any control plane of the region shows. */
  readonly catchUp?: () => Promise<void>
  /** @default every plugin there is */
  readonly plugins?: readonly PluginSchema[]
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls. */
    caller: Caller
    /** The gateway group that the call is about. */
    group: string
    /** That group's store, as the caller may use it. */
    store: ConfigurationStore
    /** The store of every group, as the caller may use it. */
    wholeStore: ConfigurationStore
  }
  interface FastifyContextConfig {
    /** Nobody has to say who they are. */
    open?: boolean
  }
}

/**
 * The Admin API of a control plane: Apache APISIX's, over a configuration store, and `/antipode/…` beside it. This file
 * is about HTTP: who may come in, how large a body may be, what goes wrong on the way. What is asked and answered is
 * in `admin-answer.ts`.
 *
 * @returns an instance that the caller lets listen, and closes
 */
export function createAdminApi(options: AdminApiOptions): FastifyInstance {
  const { store, logger, passOn, plugins = pluginSchemas } = options
  const context = { plugins, validator: createResourceValidator(plugins) }
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => send(reply, refuse(error.statusCode ?? 400, error.message)),
  })

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.decorateRequest('caller')
  app.decorateRequest('group')
  app.decorateRequest('store')
  app.decorateRequest('wholeStore')
  app.addHook('onRequest', createGate(options))
  if (passOn) app.addHook('preHandler', passOn)
  app.setNotFoundHandler((_request, reply) => send(reply, refuse(404, 'not found')))
  app.setErrorHandler((error, request, reply) => send(reply, failureAnswer(error, request)))

  // Whether there is an Admin API at all is told to everybody, as in APISIX.
  app.route({
    method: 'HEAD',
    url: ADMIN,
    config: { open: true },
    handler: (_request, reply) => send(reply, { status: 200 }),
  })
  for (const url of [ADMIN, `${ADMIN}/*`]) {
    app.route({
      method: ['GET', ...(url === ADMIN ? [] : ['HEAD']), 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: async (request, reply) => {
        const target = readTarget(request.raw.url ?? '', ADMIN)
        if (!target) return send(reply, refuse(400, 'invalid request path'))
        const { method, body, headers } = request
        const call = { method, target, body: body as Buffer | undefined, writeId: headers['x-antipode-write'] }
        return send(reply, await adminAnswer(call, { ...context, store: request.store }))
      },
    })
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: `${ANTIPODE}/*`,
    handler: async (request, reply) => {
      const target = readTarget(request.raw.url ?? '', ANTIPODE)
      reply.header('x-antipode-role', store.state().role)
      if (!target) return send(reply, refuse(400, 'invalid request path'))
      const [what, ...steps] = target.steps
      if (what === 'usages') return send(reply, usageAnswer(request.store, steps))
      return send(reply, await regionAnswer(store, target.steps))
    },
  })
  return app
}

/**
 * Lets in only allowed addresses and known callers, before a body is read, and marks every answer with its origin. What
 * a caller may do is left to the store that they are given.
 */
function createGate({ store, config, catchUp }: AdminApiOptions) {
  const allowed = new AddressSet(config.allow)
  const authenticate = createAuthentication({
    config,
    newest: async () => {
      await catchUp?.()
      return store.read()
    },
  })
  return async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ server: SERVER, 'x-api-version': 'v3', 'x-antipode-region': store.region })
    // An empty list lets everybody in, as in APISIX.
    if (!allowed.isEmpty && !allowed.has(request.ip)) {
      return send(reply, refuse(403, `${request.ip} is not in deployment.admin.allow_admin`))
    }
    const target = readTarget(request.raw.url ?? '', '/')
    const authentication = request.routeOptions.config?.open
      ? { caller: ANONYMOUS }
      : await authenticate(request, target)
    if ('refused' in authentication) {
      const body = { error_msg: 'failed to check token', description: authentication.refused }
      return send(reply, { status: 401, body })
    }
    const { caller } = authentication
    const path = (request.raw.url ?? '').split('?')[0]!
    const origin = { by: caller.name, address: request.ip, method: request.method, path }
    const group = groupMeant(request, target?.query, caller)
    if (typeof group !== 'string') return send(reply, group)
    if (group !== DEFAULT_GROUP) reply.header(GROUP_HEADER, group)
    request.caller = caller
    request.group = group
    request.wholeStore = authorisedStore(store, caller, origin)
    request.store = storeOfGroup(request.wholeStore, group, store)
  }
}

/** Names a gateway group where the answer keeps APISIX's form; answers about another group than `default` bear it. */
export const GROUP_HEADER = 'x-antipode-gateway-group'

/** The gateway group that a call names, or that its key belongs to, or else `default`. */
function groupMeant(request: FastifyRequest, query: URLSearchParams | undefined, caller: Caller): string | Answer {
  const header = request.headers[GROUP_HEADER]
  const named = [query?.get('gateway_group_id'), header].filter((name) => typeof name === 'string')
  const [group = caller.group ?? DEFAULT_GROUP, other = group] = named
  if (group !== other) return refuse(400, `the call names two gateway groups, ${group} and ${other}`)
  if (caller.group !== undefined && group !== caller.group) {
    return refuse(403, `${caller.name} is not for gateway group ${group}`)
  }
  return GROUP_ID.test(group) ? group : refuse(404, `gateway group ${group} not found`)
}

function failureAnswer(error: unknown, request: FastifyRequest): Answer {
  if (error instanceof AntipodeError) return errorAnswer(error)
  if (error instanceof Refusal) return { status: error.status, body: error.body }
  const { statusCode = 500, message } = error as { statusCode?: number; message: string }
  if (statusCode === 413) {
    const size = request.headers['content-length']
    const what = size ? `request size ${size} is greater than` : 'the request is greater than'
    return refuse(400, `invalid request body: ${what} the maximum size ${MAX_BODY_BYTES} allowed`)
  }
  if (statusCode < 500) return refuse(statusCode, message)
  request.log.error({ err: error }, 'a call to the Admin API failed')
  return refuse(500, 'internal error')
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  const [type, text] = typeof body === 'string' ? ['text/plain', body] : ['application/json', JSON.stringify(body)]
  // As bytes, so that the type goes out as APISIX sends it, without a charset.
  return reply.header('content-type', type).send(Buffer.from(text))
}
