import type { PluginSchema } from '../../model/plugin-schema.ts'
import type { ResourceValidator } from '../../model/resource-validator.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from './answer.ts'
import { readEnvelope } from './envelope.ts'
import { listAnswer } from './list-query.ts'
import { openApiDocument } from './openapi.ts'
import { readBody } from './request-body.ts'
import type { RequestTarget } from './request-target.ts'
import { type ResourceAddress, readAddress, storedId } from './resource-address.ts'
import { RESOURCE_KINDS, type WritingMethod } from './resource-kinds.ts'
import { pluginsAnswer, schemaAnswer } from './schema-endpoints.ts'
import { writeAnswer } from './store-answer.ts'
import { readTimeToLive } from './time-to-live.ts'
import { validateConfiguration } from './validate-configuration.ts'
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
export async function adminAnswer(call: AdminCall, context: AdminContext): Promise<Answer> {
  const { method, target } = call
  const { steps } = target
  const reads = method === 'GET' || method === 'HEAD'
  const [resource, second] = steps
  if (resource === undefined) return refuse(404, 'not found')
  if (resource === 'plugins') return pluginsAnswer(method, target, context.plugins)
  if (resource === 'openapi.json' && steps.length === 1) {
    return reads ? { status: 200, body: openApiDocument() } : refuse(404, 'not found')
  }
  const isValidation = resource === 'configs' && second === 'validate' && steps.length === 2 && method === 'POST'
  const address = readAddress(steps)
  if (typeof address === 'string' && resource !== 'schema' && !isValidation) {
    return refuse(404, `Unsupported resource type: ${address}`)
  }

  const body = readBody(call.body ?? Buffer.alloc(0))
  if ('problem' in body) {
    return { status: 400, body: { error_msg: `invalid request body: ${body.problem}`, req_body: body.text } }
  }
  if (isValidation) return validateConfiguration(body.value, context.validator.check)
  if (typeof address === 'string') return schemaAnswer(method, target, body.value, context.validator, context.plugins)
  if (address.subPath.length > 0 && method !== 'PATCH') return refuse(404, 'not found')
  if (reads) return readAnswer(address, target, context.store)
  return writeResource(call, address, body.value, context)
}

async function writeResource(
  { method, target: { query }, ...call }: AdminCall,
  address: ResourceAddress,
  body: unknown,
  context: AdminContext,
): Promise<Answer> {
  const { kind, writing } = RESOURCE_KINDS[address.type]
  if (!writing.includes(method as WritingMethod)) return refuse(405, `not supported \`${method}\` method for ${kind}`)
  const timeToLive = readTimeToLive(query.get('ttl'))
  if (typeof timeToLive === 'string') return refuse(400, timeToLive)
  const writeId = call.writeId === undefined ? newWriteId() : parseWriteId(String(call.writeId))
  if (!writeId) return refuse(400, 'invalid X-Antipode-Write: it is not a UUID')
  const plan = planWrite(
    {
      method: method as WritingMethod,
      address,
      timeToLive: timeToLive.milliseconds,
      force: query.get('force') === 'true',
      body,
    },
    context.validator.check,
  )
  if (!('apply' in plan)) return { ...plan, headers: { 'x-antipode-write': writeId } }
  return writeAnswer(context.store, writeId, plan.apply)
}

function readAnswer(address: ResourceAddress, { query }: RequestTarget, store: ConfigurationStore): Answer {
  const { type, within, id } = address
  const view = store.read()
  const headers = { 'x-antipode-role': store.state().role }
  if (id !== undefined) {
    const stored = view.get(type, storedId(address, id))
    return stored ? { status: 200, body: readEnvelope(stored), headers } : { ...KEY_NOT_FOUND, headers }
  }
  const all = view.list(type)
  const list = within === '' ? all : all.filter((stored) => stored.id.startsWith(within))
  // A consumer's list of credentials is one that APISIX does not have before there is one in it.
  if (type === 'credentials' && list.length === 0) return { ...KEY_NOT_FOUND, headers }
  return { ...listAnswer(list, query, RESOURCE_KINDS[type]), headers }
}
