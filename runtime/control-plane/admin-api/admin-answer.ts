import type { PluginSchema } from '../../model/plugin-schema.ts'
import type { ResourceType } from '../../model/resource.ts'
import type { ResourceValidator } from '../../model/resource-validator.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from './answer.ts'
import { readEnvelope } from './envelope.ts'
import { listAnswer } from './list-query.ts'
import { readBody } from './request-body.ts'
import type { RequestTarget } from './request-target.ts'
import { isResourceType, RESOURCE_KINDS, type WritingMethod } from './resource-kinds.ts'
import { pluginsAnswer, schemaAnswer } from './schema-endpoints.ts'
import { writeAnswer } from './store-answer.ts'
import { newWriteId, parseWriteId } from './write-id.ts'
import { planWrite } from './write-resource.ts'

export interface AdminCall {
  readonly method: string
  /** What follows `/apisix/admin`. */
  readonly target: RequestTarget
  readonly body: Buffer | undefined
  /** The header `X-Antipode-Write`, as it was sent. */
  readonly writeId: string | string[] | undefined
}

export interface AdminContext {
  readonly store: ConfigurationStore
  readonly validator: ResourceValidator
  readonly plugins: readonly PluginSchema[]
}

/** Answers a call to the Admin API that has been let in. */
export async function adminAnswer({ method, target, ...call }: AdminCall, context: AdminContext): Promise<Answer> {
  const [resource, id, sub] = target.steps
  if (resource === undefined) return refuse(404, 'not found')
  if (resource === 'plugins') return pluginsAnswer(method, target, context.plugins)
  if (resource !== 'schema' && !isResourceType(resource)) return refuse(404, `Unsupported resource type: ${resource}`)
  if (resource === 'consumers' && sub === 'credentials') return refuse(404, `Unsupported resource type: ${sub}`)

  const body = readBody(call.body ?? Buffer.alloc(0))
  if ('problem' in body) {
    return { status: 400, body: { error_msg: `invalid request body: ${body.problem}`, req_body: body.text } }
  }
  if (resource === 'schema') {
    return schemaAnswer(method, target, body.value, context.validator, context.plugins)
  }
  if (target.steps.length > 2 && method !== 'PATCH') return refuse(404, 'not found')
  if (method === 'GET' || method === 'HEAD') return readAnswer(resource, id, target, context.store)

  const kind = RESOURCE_KINDS[resource]
  const writing = method as WritingMethod
  if (!kind.writing.includes(writing)) return refuse(405, `not supported \`${method}\` method for ${kind.kind}`)
  const wrongTtl = checkTtl(target.query.get('ttl'))
  if (wrongTtl) return refuse(400, wrongTtl)
  const writeId = call.writeId === undefined ? newWriteId() : parseWriteId(String(call.writeId))
  if (!writeId) return refuse(400, 'invalid X-Antipode-Write: it is not a UUID')
  const plan = planWrite(
    { method: writing, type: resource, id, subPath: target.steps.slice(2), query: target.query, body: body.value },
    context.validator.check,
  )
  if (!('apply' in plan)) return { ...plan, headers: { 'x-antipode-write': writeId } }
  return writeAnswer(context.store, writeId, plan.apply)
}

function readAnswer(
  type: ResourceType,
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
