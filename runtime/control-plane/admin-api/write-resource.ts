import type { ResourceType, ResourceValue } from '../../model/resource.ts'
import type { ResourceCheck } from '../../model/resource-validator.ts'
import { type HeadView, Refusal, type WriteOutcome } from '../configuration-store.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from './answer.ts'
import { deletedEnvelope, writtenEnvelope } from './envelope.ts'
import { mergePatch, setAtPath } from './merge.ts'
import { checkReferences, checkUnused } from './references.ts'
import { RESOURCE_KINDS, type WritingMethod } from './resource-kinds.ts'

export interface WriteRequest {
  readonly method: WritingMethod
  readonly type: ResourceType
  /** From the path. */
  readonly id: string | undefined
  /** The path below the resource; only PATCH has one. */
  readonly subPath: readonly string[]
  readonly query: URLSearchParams
  /** The body as JSON; undefined when there was none. */
  readonly body: unknown
}

/** What a write does to the newest configuration; may throw Refusal. */
export type Apply = (head: HeadView) => WriteOutcome

const TIMES = ['create_time', 'update_time'] as const

/** Steps below a resource; far more than any has, and few enough to walk. */
const MAX_SUB_PATH = 64

/**
 * Turns a request into the step that the store applies. Everything that can be judged without a row is judged here
 * and refused at once; what depends on rows is judged inside the step, which the store makes one with the change.
 */
export function planWrite(request: WriteRequest, check: ResourceCheck): { readonly apply: Apply } | Answer {
  switch (request.method) {
    case 'POST':
      return planPost(request, check)
    case 'PUT':
      return planPut(request, check)
    case 'PATCH':
      return planPatch(request, check)
    case 'DELETE':
      return planDelete(request)
  }
}

function planPost({ type, id, body }: WriteRequest, check: ResourceCheck): { apply: Apply } | Answer {
  const { kind } = RESOURCE_KINDS[type]
  if (body === undefined) return refuse(400, 'missing configurations')
  if (id !== undefined || field(body, 'id') !== undefined) return refuse(400, `wrong ${kind} id, do not need it`)
  const wrong = forbiddenTimes(body) ?? check(type, body)
  if (wrong) return refuse(400, wrong)
  return { apply: (head) => put(head, type, head.nextId(), body as ResourceValue) }
}

function planPut({ type, id: pathId, body }: WriteRequest, check: ResourceCheck): { apply: Apply } | Answer {
  const { kind } = RESOURCE_KINDS[type]
  if (body === undefined) return refuse(400, 'missing configurations')
  if (type === 'consumers') {
    const wrong = forbiddenTimes(body) ?? check(type, body)
    if (wrong) return refuse(400, wrong)
    const username = String(field(body, 'username'))
    if (pathId !== undefined && pathId !== username) return refuse(400, 'wrong username')
    return { apply: (head) => put(head, type, username, body as ResourceValue) }
  }
  const bodyId = field(body, 'id')
  const id = pathId ?? bodyId
  if (id === undefined) return refuse(400, `missing ${kind} id`)
  if (bodyId !== undefined && idText(bodyId) !== idText(id)) return refuse(400, `wrong ${kind} id`)
  const value = isObject(body) ? { ...body, id } : body
  const wrong = forbiddenTimes(value) ?? check(type, value)
  if (wrong) return refuse(400, wrong)
  return { apply: (head) => put(head, type, String(id), value as ResourceValue) }
}

function planPatch({ type, id, subPath, body }: WriteRequest, check: ResourceCheck): { apply: Apply } | Answer {
  const { kind } = RESOURCE_KINDS[type]
  if (id === undefined) return refuse(400, `missing ${kind} id`)
  if (body === undefined) return refuse(400, 'missing new configuration')
  if (subPath.length === 0 && !isObject(body)) return refuse(400, 'invalid configuration')
  if (subPath.length > MAX_SUB_PATH || subPath.includes('__proto__')) {
    return refuse(400, `invalid sub-path: /${subPath.join('/')}`)
  }

  const apply: Apply = (head) => {
    const stored = head.get(type, id)
    if (!stored) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
    const patched =
      subPath.length === 0 ? { value: mergePatch(stored.value, body) } : setAtPath(stored.value, subPath, body)
    if ('invalidPath' in patched) throw refusal(`invalid sub-path: ${patched.invalidPath}`)

    const now = seconds()
    const value: Record<string, unknown> = { create_time: now, ...(patched.value as ResourceValue) }
    if (idText(value.id ?? id) !== id) throw refusal(`wrong ${kind} id`)
    value.id ??= id
    // A client that patches the time of change itself keeps it, as in APISIX.
    if (subPath.length > 0 || field(body, 'update_time') === undefined) value.update_time = now
    const wrong = check(type, value)
    if (wrong) throw refusal(wrong)
    checkReferences(head, type, value)
    head.put(type, id, value)
    return { status: 200, body: writtenEnvelope(type, id, value) }
  }
  return { apply }
}

function planDelete({ type, id, query }: WriteRequest): { apply: Apply } | Answer {
  if (id === undefined) return refuse(400, `missing ${RESOURCE_KINDS[type].kind} id`)
  const force = query.get('force') === 'true'
  const apply: Apply = (head) => {
    if (!head.get(type, id)) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
    if (!force) checkUnused(head, type, id)
    head.delete(type, id)
    return { status: 200, body: deletedEnvelope(type, id) }
  }
  return { apply }
}

/** Creates or replaces a resource that has been checked by itself. */
function put(head: HeadView, type: ResourceType, id: string, body: ResourceValue): WriteOutcome {
  checkReferences(head, type, body)
  const before = head.get(type, id)
  const now = seconds()
  const value = {
    ...body,
    ...(type === 'consumers' || 'id' in body ? {} : { id }),
    create_time: before?.value.create_time ?? now,
    update_time: now,
  }
  head.put(type, id, value)
  return { status: before ? 200 : 201, body: writtenEnvelope(type, id, value) }
}

/** Times are the control plane's to write; only PATCH may touch them. The text has APISIX's two spaces. */
function forbiddenTimes(body: unknown): string | undefined {
  for (const value of [body, field(body, 'upstream')]) {
    const sent = TIMES.filter((time) => field(value, time) !== undefined)
    if (sent.length > 0) return `the property is forbidden:  ${sent.join(' ')}`
  }
  return undefined
}

/** An id as it stands in a path. What is no id gets a text that is none either, and its schema refuses it. */
function idText(id: unknown): string {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : JSON.stringify(id)
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refusal(message: string): Refusal {
  return new Refusal(400, { error_msg: message })
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
