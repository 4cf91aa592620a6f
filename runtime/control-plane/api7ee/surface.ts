import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PluginSchema } from '../../model/plugin-schema.ts'
import { createResourceValidator } from '../../model/resource-validator.ts'
import { pluginSchemas } from '../../plugins/schemas.ts'
import type { Answer } from '../admin-api/answer.ts'
import { refuse } from '../admin-api/answer.ts'
import { readTarget } from '../admin-api/request-target.ts'
import { GROUP_KEY_PREFIX } from '../groups/admin-key.ts'
import { api7eeAnswer, controlAnswer } from './api7ee-answer.ts'

const ADMIN = '/apisix/admin'
const CONTROL = '/api'

export interface Api7eeOptions {
  /** @default every plugin there is */
  readonly plugins?: readonly PluginSchema[]
}

/**
 * Makes an Admin API answer API7 Enterprise's clients too, as far as ADC's backend `api7ee` goes. They share paths with
 * APISIX's; a call is theirs when it names a gateway group in its query, or shows a key of one. Who may come in is decided before,
 * for both alike.
 */
export function addApi7eeSurface(app: FastifyInstance, { plugins = pluginSchemas }: Api7eeOptions = {}): void {
  const context = { check: createResourceValidator(plugins).check }
  app.addHook('preHandler', async (request, reply) => {
    const url = request.raw.url ?? ''
    if (!request.routeOptions.url?.startsWith(ADMIN)) return
    const target = readTarget(url, ADMIN)
    if (!target || !(target.query.has('gateway_group_id') || showsGroupKey(request))) return
    const { method, body, headers } = request
    const call = { method, target, body: body as Buffer | undefined, writeId: headers['x-antipode-write'] }
    const answer = await api7eeAnswer(call, { ...context, store: request.store })
    if (answer) return send(reply, answer)
  })
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: `${CONTROL}/*`,
    handler: async (request, reply) => {
      const target = readTarget(request.raw.url ?? '', CONTROL)
      if (!target) return send(reply, refuse(400, 'invalid request path'))
      return send(reply, controlAnswer(request.method, target))
    },
  })
}

function showsGroupKey({ headers, caller }: FastifyRequest): boolean {
  return caller.group !== undefined || String(headers['x-api-key'] ?? '').startsWith(GROUP_KEY_PREFIX)
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body)))
}
