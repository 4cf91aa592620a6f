import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type {} from '../tracing/trace-calls.ts'
import { readTraceParent } from '../tracing/trace-parent.ts'

/** What a client may call its request: it goes into logs and headers as it is. */
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/

/** The id that the client gave its request, where it is one, else a new one. For `genReqId` of Fastify. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

/** The trace that a call is part of, where its client says so. */
export function traceIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return readTraceParent(headers.traceparent)?.traceId
}

/**
 * Answers every call with its request id, and writes a line for each: method, path, status, time, role of the region,
 * write. Never a query, header or body, since keys and secrets come in these. What only asks for the state of the
 * region, as health checks do all day, is of level `debug`.
 */
export function logCalls(app: FastifyInstance, role: () => string): void {
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip, log } = request
    const path = pathOf(request)
    const write = reply.getHeader('x-antipode-write')
    // Where calls are traced, every line of the call has it already.
    const trace = request.trace ? undefined : traceIdOf(request)
    const line = {
      method,
      path,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      role: role(),
      client: ip,
      ...(write !== undefined && { write }),
      ...(trace !== undefined && { trace }),
    }
    const isCheck = path === '/antipode/region' && reply.statusCode < 400
    log[isCheck ? 'debug' : 'info'](line, 'call')
  })
}

function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?', 1)[0]!
}
