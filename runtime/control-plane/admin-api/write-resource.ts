import type { ResourceType, ResourceValue } from '../../model/resource.ts'
import type { ResourceCheck } from '../../model/resource-validator.ts'
import { type HeadView, Refusal, type WriteOutcome } from '../configuration-store.ts'
import { removeResource } from '../remove-resource.ts'
import { type Answer, KEY_NOT_FOUND, refusal, refuse } from './answer.ts'
import { deletedEnvelope, writtenEnvelope } from './envelope.ts'
import { mergePatch, setAtPath } from './merge.ts'
import { checkReferences } from './references.ts'
import { type ResourceAddress, shownId, storedId } from './resource-address.ts'
import { RESOURCE_KINDS, type WritingMethod } from './resource-kinds.ts'
import { checkUnused } from './usage.ts'

export interface WriteRequest {
  readonly method: WritingMethod
  /** Only PATCH has a sub path. */
  readonly address: ResourceAddress
  /** Milliseconds until what is written is removed by itself; null for never. */
  readonly timeToLive: number | null
  /** Delete even what is still used. */
  readonly force: boolean
  /** The body as JSON; undefined when there was none. */
  readonly body: unknown
}

/** What a write does to the newest configuration; may throw Refusal. */
export type Apply = (head: HeadView) => WriteOutcome

type Plan = { readonly apply: Apply } | Answer

const TIMES = ['create_time', 'update_time'] as const

/** Steps below a resource; far more than any has, and few enough to walk. */
const MAX_SUB_PATH = 64

/**
 * Turns a request into the step that the store applies. Everything that can be judged without a row is judged here
 * and refused at once; what depends on rows is judged inside the step, which the store makes one with the change.
 */
export function planWrite(request: WriteRequest, check: ResourceCheck): Plan {
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

function planPost({ address: { type, id }, body, timeToLive }: WriteRequest, check: ResourceCheck): Plan {
  const { kind } = RESOURCE_KINDS[type]
  if (body === undefined) return refuse(400, 'missing configurations')
  if (id !== undefined || field(body, 'id') !== undefined) return refuse(400, `wrong ${kind} id, do not need it`)
  const wrong = forbiddenTimes(body) ?? check(type, body)
  if (wrong) return refuse(400, wrong)
  return {
    apply: (head) => {
      const made = head.nextId()
      return put(head, type, made, { ...(body as ResourceValue), id: made }, timeToLive)
    },
  }
}

function planPut(request: WriteRequest, check: ResourceCheck): Plan {
  const { address, body, timeToLive } = request
  const { type } = address
  const { kind, idField } = RESOURCE_KINDS[type]
  if (body === undefined) return refuse(400, 'missing configurations')
  if (idField === null && address.id === undefined) return refuse(400, 'missing plugin name')
  if (idField === 'username') return planPutByUsername(request, check)

  const bodyId = idField === null ? undefined : field(body, 'id')
  const own = address.id ?? bodyId
  if (own === undefined) return refuse(400, `missing ${kind} id`)
  const id = storedId(address, idText(own))
  // An id that only the body gives stays as it was sent, a number a number.
  const shown = address.id === undefined && address.within === '' ? own : shownId(address, idText(own))
  if (bodyId !== undefined && idText(bodyId) !== idText(shown)) return refuse(400, `wrong ${kind} id`)
  const value = isObject(body) ? { ...body, id: shown } : body
  // A plugin's own schema knows nothing of the id that its metadata is stored with.
  const wrong = forbiddenTimes(body) ?? check(type, idField === null ? body : value, id)
  if (wrong) return refuse(400, wrong)
  return { apply: (head) => put(head, type, id, value as ResourceValue, timeToLive) }
}

function planPutByUsername({ address, body, timeToLive }: WriteRequest, check: ResourceCheck): Plan {
  const wrong = forbiddenTimes(body) ?? check(address.type, body)
  if (wrong) return refuse(400, wrong)
  const username = String(field(body, 'username'))
  if (address.id !== undefined && address.id !== username) return refuse(400, 'wrong username')
  return { apply: (head) => put(head, address.type, username, body as ResourceValue, timeToLive) }
}

function planPatch({ address, body, timeToLive }: WriteRequest, check: ResourceCheck): Plan {
  const { type, subPath } = address
  const { kind } = RESOURCE_KINDS[type]
  if (address.id === undefined) {
    return refuse(400, type === 'secrets' ? 'no secret id' : `missing ${kind} id`)
  }
  if (body === undefined) return refuse(400, 'missing new configuration')
  if (subPath.length === 0 && !isObject(body)) return refuse(400, 'invalid configuration')
  if (subPath.length > MAX_SUB_PATH || subPath.includes('__proto__')) {
    return refuse(400, `invalid sub-path: /${subPath.join('/')}`)
  }
  const id = storedId(address, address.id)
  const shown = shownId(address, address.id)

  const apply: Apply = (head) => {
    const stored = head.get(type, id)
    if (!stored) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
    const patched =
      subPath.length === 0 ? { value: mergePatch(stored.value, body) } : setAtPath(stored.value, subPath, body)
    if ('invalidPath' in patched) throw refusal(`invalid sub-path: ${patched.invalidPath}`)

    const now = seconds()
    const value: Record<string, unknown> = { create_time: now, ...(patched.value as ResourceValue) }
    if (idText(value.id ?? shown) !== shown) throw refusal(`wrong ${kind} id`)
    value.id = shown
    // A client that patches the time of change itself keeps it, as in APISIX.
    if (subPath.length > 0 || field(body, 'update_time') === undefined) value.update_time = now
    const wrong = check(type, value, id)
    if (wrong) throw refusal(wrong)
    checkReferences(head, type, id, value)
    head.put(type, id, value, expiryOf(timeToLive))
    return { status: 200, body: writtenEnvelope(type, id, value) }
  }
  return { apply }
}

function planDelete({ address, force }: WriteRequest): Plan {
  const { type } = address
  if (address.id === undefined) return refuse(400, `missing ${RESOURCE_KINDS[type].kind} id`)
  const id = storedId(address, address.id)
  const apply: Apply = (head) => {
    if (!head.get(type, id)) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
    if (!force) checkUnused(head, type, id)
    removeResource(head, type, id)
    return { status: 200, body: deletedEnvelope(type, id) }
  }
  return { apply }
}

/** Creates or replaces a resource that has been checked by itself. */
function put(
  head: HeadView,
  type: ResourceType,
  id: string,
  body: ResourceValue,
  timeToLive: number | null,
): WriteOutcome {
  checkReferences(head, type, id, body)
  const before = head.get(type, id)
  const now = seconds()
  const times = { create_time: before?.value.create_time ?? now, update_time: now }
  const value = RESOURCE_KINDS[type].dated ? { ...body, ...times } : body
  head.put(type, id, value, expiryOf(timeToLive))
  return { status: before ? 200 : 201, body: writtenEnvelope(type, id, value) }
}

/** Times are the control plane's to write; only PATCH may touch them. The text has APISIX's two spaces. */
function forbiddenTimes(body: unknown): string | undefined {
  const places = [
    ['', body],
    ...['upstream', 'plugins'].map((name) => [`${name}.`, field(body, name)] as const),
  ] as const
  for (const [prefix, value] of places) {
    const sent = TIMES.find((time) => field(value, time) !== undefined)
    if (sent) return `the property is forbidden:  ${prefix}${sent}`
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

function expiryOf(timeToLive: number | null): number | null {
  return timeToLive === null ? null : Date.now() + timeToLive
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
