import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Answer, refuse } from '../admin-api/answer.ts'
import { readBody } from '../admin-api/request-body.ts'
import { readTarget } from '../admin-api/request-target.ts'
import type { InstanceLog } from '../fleet/instance-log.ts'
import { adminKeyAnswer } from './admin-key.ts'
import { demandVisible, groupAnswer, groupsAnswer } from './gateway-groups.ts'
import type { GroupCall } from './group-call.ts'
import { instancesAnswer } from './instances.ts'
import { promotionsAnswer } from './promotion/promotions.ts'
import { serviceRegistriesAnswer } from './service-registries.ts'
import { variablesAnswer } from './variables.ts'

const GROUPS = '/api/gateway_groups'

export interface GroupSurfaceOptions {
  /** Without one there are no instances. */
  readonly instances?: InstanceLog
}

type Part = (group: string, call: GroupCall) => Promise<Answer>

/** What a gateway group has below its own path. */
function partsOf({ instances }: GroupSurfaceOptions): ReadonlyMap<string, Part> {
  return new Map<string, Part>([
    ['admin_key', adminKeyAnswer],
    ['variables', variablesAnswer],
    ['service_registries', serviceRegistriesAnswer],
    ['promotions', promotionsAnswer],
    ...(instances ? [['instances', instancesAnswer(instances)] as const] : []),
  ])
}

/**
 * Adds gateway groups to an Admin API, where API7 Enterprise has them: one is `{value}`, several are `{list, total}`,
 * PATCH is JSON Patch.
 */
export function addGroupSurface(app: FastifyInstance, options: GroupSurfaceOptions = {}): void {
  const parts = partsOf(options)
  for (const url of [GROUPS, `${GROUPS}/*`]) {
    app.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: async (request, reply) => send(reply, await answer(request, parts)),
    })
  }
}

async function answer(request: FastifyRequest, parts: ReadonlyMap<string, Part>): Promise<Answer> {
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
  const answerPart = parts.get(part)
  if (!answerPart) return refuse(404, 'not found')
  demandVisible(group, { ...call, steps })
  return answerPart(group, { ...call, steps })
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers({ 'cache-control': 'no-store', ...headers })
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body ?? {})))
}
