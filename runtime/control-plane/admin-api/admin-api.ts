import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import type { PluginSchema } from '../../model/plugin-schema.ts'
import { createResourceValidator, type ResourceValidator } from '../../model/resource-validator.ts'
import type { RuntimeConfig } from '../../model/runtime-config.ts'
import { pluginSchemas } from '../../plugins/schemas.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import { createAllowList } from './allow-list.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from './answer.ts'
import { createKeyCheck } from './credentials.ts'
import { readEnvelope } from './envelope.ts'
import { listAnswer } from './list-query.ts'
import { regionAnswer } from './region-endpoints.ts'
import { readBody } from './request-body.ts'
import { type RequestTarget, readTarget } from './request-target.ts'
import { isResourceType, RESOURCE_KINDS, type WritingMethod } from './resource-kinds.ts'
import { pluginsAnswer, schemaAnswer } from './schema-endpoints.ts'
import { errorAnswer, writeAnswer } from './store-answer.ts'
import { newWriteId, parseWriteId } from './write-id.ts'
import { planWrite } from './write-resource.ts'

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
  /** @default every plugin there is */
  readonly plugins?: readonly PluginSchema[]
}

interface Context {
  readonly store: ConfigurationStore
  readonly validator: ResourceValidator
  readonly plugins: readonly PluginSchema[]
}

/**
 * The Admin API of a control plane: Apache APISIX's, over a configuration store, and `/antipode/…` beside it. What a
 * write answers is in `write-resource.ts`; what the store's failures look like in `store-answer.ts`.
 *
 * @returns an instance that the caller lets listen, and closes
 */
export function createAdminApi({ store, config, logger, plugins = pluginSchemas }: AdminApiOptions): FastifyInstance {
  const context: Context = { store, plugins, validator: createResourceValidator(plugins) }
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    disableRequestLogging: true,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => send(reply, refuse(error.statusCode ?? 400, error.message)),
  })

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', createGate(config, store.region))
  app.setNotFoundHandler((_request, reply) => send(reply, refuse(404, 'not found')))
  app.setErrorHandler((error, request, reply) => send(reply, failureAnswer(error, request)))

  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
  for (const url of [ADMIN, `${ADMIN}/*`]) {
    app.route({ method: all, url, handler: async (request, reply) => send(reply, await adminAnswer(request, context)) })
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: `${ANTIPODE}/*`,
    handler: async (request, reply) => {
      const target = readTarget(request.raw.url ?? '', ANTIPODE)
      reply.header('x-antipode-role', store.state().role)
      return send(reply, target ? await regionAnswer(store, target.steps) : refuse(400, 'invalid request path'))
    },
  })
  return app as unknown as FastifyInstance
}

/** Lets in only allowed addresses and known keys, before a body is read, and marks every answer with its origin. */
function createGate({ allow, keyRequired, keys }: AdminApiOptions['config'], region: string) {
  const isAllowed = createAllowList(allow)
  const checkKey = createKeyCheck(keys)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ server: SERVER, 'x-api-version': 'v3', 'x-antipode-region': region })
    if (!isAllowed(request.ip)) return send(reply, refuse(403, `${request.ip} is not in deployment.admin.allow_admin`))
    if (!keyRequired) return
    const query = readTarget(request.raw.url ?? '', '/')?.query.get('api_key') ?? null
    const header = request.headers['x-api-key']
    const shown = { query, header: Array.isArray(header) ? header[0] : header, cookies: request.headers.cookie }
    const description = checkKey(shown, request.method)
    if (description) return send(reply, { status: 401, body: { error_msg: 'failed to check token', description } })
  }
}

async function adminAnswer(request: FastifyRequest, context: Context): Promise<Answer> {
  const target = readTarget(request.raw.url ?? '', ADMIN)
  if (!target) return refuse(400, 'invalid request path')
  const { method } = request
  const [resource, id, sub] = target.steps
  if (resource === undefined) return refuse(404, 'not found')
  if (resource === 'plugins') return pluginsAnswer(method, target, context.plugins)
  if (resource !== 'schema' && !isResourceType(resource)) return refuse(404, `Unsupported resource type: ${resource}`)
  if (resource === 'consumers' && sub === 'credentials') return refuse(404, `Unsupported resource type: ${sub}`)

  const body = readBody((request.body as Buffer | undefined) ?? Buffer.alloc(0))
  if ('problem' in body) {
    return { status: 400, body: { error_msg: `invalid request body: ${body.problem}`, req_body: body.text } }
  }
  if (resource === 'schema') {
    return schemaAnswer(method, target, body.value, context.validator, context.plugins)
  }
  const writing = method as WritingMethod
  if (target.steps.length > 2 && method !== 'PATCH') return refuse(404, 'not found')
  if (method === 'GET' || method === 'HEAD') return readAnswer(resource, id, target, context.store)

  const kind = RESOURCE_KINDS[resource]
  if (!kind.writing.includes(writing)) return refuse(405, `not supported \`${method}\` method for ${kind.kind}`)
  const wrongTtl = checkTtl(target.query.get('ttl'))
  if (wrongTtl) return refuse(400, wrongTtl)
  const writeId = writeIdOf(request)
  if (!writeId) return refuse(400, 'invalid X-Antipode-Write: it is not a UUID')
  const plan = planWrite(
    { method: writing, type: resource, id, subPath: target.steps.slice(2), query: target.query, body: body.value },
    context.validator.check,
  )
  if (!('apply' in plan)) return { ...plan, headers: { 'x-antipode-write': writeId } }
  return writeAnswer(context.store, writeId, plan.apply)
}

function readAnswer(
  type: keyof typeof RESOURCE_KINDS,
  id: string | undefined,
  { query }: RequestTarget,
  store: ConfigurationStore,
): Answer {
  const view = store.read()
  const headers = { 'x-antipode-role': store.state().role }
  if (id === undefined) return { ...listAnswer(view.list(type), query, RESOURCE_KINDS[type]), headers }
  const stored = view.get(type, id)
  return stored ? { status: 200, body: readEnvelope(stored), headers } : { ...KEY_NOT_FOUND, headers }
}

/** A resource with a time to live would stay for ever here, so it is refused rather than stored. */
function checkTtl(ttl: string | null): string | undefined {
  if (ttl === null) return undefined
  if (ttl.trim() === '' || !Number.isFinite(Number(ttl))) return 'invalid argument ttl: should be a number'
  return 'invalid argument ttl: resources that expire are not supported yet'
}

function writeIdOf(request: FastifyRequest): string | undefined {
  const chosen = request.headers['x-antipode-write']
  return chosen === undefined ? newWriteId() : parseWriteId(String(chosen))
}

function failureAnswer(error: unknown, request: FastifyRequest): Answer {
  if (error instanceof AntipodeError) return errorAnswer(error)
  const { statusCode = 500, message } = error as { statusCode?: number; message: string }
  if (statusCode === 413) {
    const size = request.headers['content-length']
    const what = size ? `request size ${size} is greater than` : 'the request is greater than'
    return refuse(413, `invalid request body: ${what} the maximum size ${MAX_BODY_BYTES} allowed`)
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
