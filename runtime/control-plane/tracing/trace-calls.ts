import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RESOURCE_TYPES } from '../../model/resource.ts'
import type { CallTrace, Tracing } from './tracing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where calls are traced. */
    trace: CallTrace | null
  }
}

/**
 * One span for each call of the Admin API, by OpenTelemetry's conventions for HTTP. No query, body, or header is in it,
 * since keys and secrets come in these. Whoever is called on behalf of the call is told of its span by `traceparent`.
 */
export function traceCalls(app: FastifyInstance, tracing: Tracing, role: () => string): void {
  app.decorateRequest('trace', null)
  const begin = (request: FastifyRequest, reply: FastifyReply): CallTrace => {
    const { method, protocol, ip, headers } = request
    const route = routeOf(request)
    const attributes = {
      'http.request.method': method,
      'url.scheme': protocol,
      'url.path': pathOf(request),
      'client.address': ip,
      ...(route !== undefined && { 'http.route': route }),
    }
    const at = performance.timeOrigin + performance.now() - reply.elapsedTime
    const call = tracing.begin(route === undefined ? method : `${method} ${route}`, headers.traceparent, attributes, at)
    headers.traceparent = call.header
    return call
  }
  app.addHook('onRequest', async (request, reply) => {
    const call = begin(request, reply)
    request.trace = call
    request.log = request.log.child({ trace: call.parent.traceId })
  })
  app.addHook('preHandler', (request, _reply, done) => {
    request.trace!.read()
    tracing.within(request.trace!, done)
  })
  app.addHook('onResponse', async (request, reply) => {
    // Who was not let in came to none of the hooks above.
    const call = request.trace ?? begin(request, reply)
    const { statusCode } = reply
    const failed = statusCode >= 500
    const attributes = {
      'http.response.status_code': statusCode,
      'antipode.role': role(),
      ...(failed && { 'error.type': String(statusCode) }),
      ...headerAttribute(reply, 'antipode.write', 'x-antipode-write'),
      ...headerAttribute(reply, 'antipode.epoch', 'x-antipode-epoch'),
      ...headerAttribute(reply, 'antipode.revision', 'x-antipode-revision'),
    }
    call.end(attributes, failed)
  })
}

function headerAttribute(reply: FastifyReply, name: string, header: string): Record<string, string> {
  const value = reply.getHeader(header)
  return value === undefined ? {} : { [name]: String(value) }
}

/** A path with nothing in it that clients choose; undefined where none of ours begins so. */
function routeOf(request: FastifyRequest): string | undefined {
  const { url } = request.routeOptions
  if (!url?.endsWith('/*')) return url
  const base = url.slice(0, -2)
  const [, type = '', id] = pathOf(request).slice(base.length).split('/')
  if (base !== '/apisix/admin') return url
  if (!(RESOURCE_TYPES as readonly string[]).includes(type)) return url
  return `${base}/${type}${id ? '/{id}' : ''}`
}

function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?', 1)[0]!
}
