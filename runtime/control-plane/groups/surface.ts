import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Answer, refuse } from '../admin-api/answer.ts'
import { readBody } from '../admin-api/request-body.ts'
import { readTarget } from '../admin-api/request-target.ts'
import { adminKeyAnswer } from './admin-key.ts'
import { demandVisible, groupAnswer, groupsAnswer } from './gateway-groups.ts'
import type { GroupCall } from './group-call.ts'

const GROUPS = '/api/gateway_groups'

type Part = (group: string, call: GroupCall) => Promise<Answer>

/** What a gateway group has below its own path. */
const PARTS: Readonly<Record<string, Part>> = {
  admin_key: adminKeyAnswer,
}

/**
 * Adds gateway groups to an Admin API, where API7 Enterprise has them: one is `{value}`, several are `{list, total}`,
 * PATCH is JSON Patch.
 */
export function addGroupSurface(app: FastifyInstance): void {
  for (const url of [GROUPS, `${GROUPS}/*`]) {
    app.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: async (request, reply) => send(reply, await answer(request)),
    })
  }
}

async function answer(request: FastifyRequest): Promise<Answer> {
  const target = readTarget(request.raw.url ?? '', GROUPS)
  if (!target) return refuse(400, 'invalid request path')
  const body = readBody((request.body as Buffer | undefined) ?? Buffer.alloc(0))
  if ('problem' in body) return refuse(400, `invalid request body: ${body.problem}`)
  const [group, part, ...steps] = target.steps
  const { method, caller, wholeStore: store, headers } = request
  const call = { method, query: target.query, body: body.value, writeId: headers['x-antipode-write'], caller, store }
  if (group === undefined) return groupsAnswer({ ...call, steps: [] })
  if (caller.group !== undefined && caller.group !== group) {
    return refuse(403, `${caller.name} is not for gateway group ${group}`)
  }
  if (part === undefined) return groupAnswer(group, { ...call, steps: [] })
  if (!Object.hasOwn(PARTS, part)) return refuse(404, 'not found')
  demandVisible(group, { ...call, steps })
  return PARTS[part]!(group, { ...call, steps })
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers({ 'cache-control': 'no-store', ...headers })
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body ?? {})))
}
