import type { ResourceCheck } from '../../model/resource-validator.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from '../admin-api/answer.ts'
import { type ResourceAddress, storedId } from '../admin-api/resource-address.ts'
import { checkUnused } from '../admin-api/usage.ts'
import { type Apply, planWrite } from '../admin-api/write-resource.ts'
import { type HeadView, Refusal } from '../configuration-store.ts'
import { removeResource } from '../remove-resource.ts'
import { FLAT_KINDS, type Flat, type FlatType, SERVICE_LABEL } from './flat-kinds.ts'
import { applyJsonPatch } from './json-patch.ts'
import { shownFlat } from './read-flat.ts'

/** A resource as a path of this surface names it. */
export interface FlatAddress {
  readonly kind: FlatType
  readonly id: string
  /** The service of an upstream, the consumer of a credential. */
  readonly parent: string | undefined
}

type Plan = { readonly apply: Apply } | Answer

const TIMES = ['create_time', 'update_time']

/** Creates or replaces. What is stored is what was sent, in APISIX's form; defaults are only ever shown. */
export function planFlatPut(address: FlatAddress, body: unknown, check: ResourceCheck): Plan {
  const { kind, id, parent } = address
  if (body === undefined) return refuse(400, 'missing configurations')
  if (!isObject(body)) return refuse(400, 'invalid configuration: it is not an object')
  const { idField, toStored } = FLAT_KINDS[kind]
  for (const field of new Set(['id', idField])) {
    if (body[field] !== undefined && body[field] !== id) return refuse(400, `wrong ${field}`)
  }
  const unsupported = checkSupported(kind, body)
  if (unsupported) return refuse(400, unsupported)

  const sent = Object.fromEntries(
    Object.entries(body).filter(([key]) => !TIMES.includes(key) && (key !== idField || kind === 'consumers')),
  )
  const upstream = kind === 'services' ? sent.upstream : undefined
  if (upstream !== undefined && !isObject(upstream)) return refuse(400, 'invalid configuration: upstream is no object')
  const own = upstream && planPut(ownUpstreamAddress(id), { name: sent.name, ...upstream }, check)
  if (own && !('apply' in own)) return own
  const value = { ...toStored(sent, parent), ...(upstream ? { upstream_id: id } : {}) }
  const plan = planPut(addressOf(address), value, check)
  if (!('apply' in plan)) return plan
  return {
    apply: (head) => {
      if (kind === 'upstreams' && !head.get('services', parent ?? '')) throw notFound(`service ${parent} not found`)
      const before = kind === 'services' ? head.get('services', id) : undefined
      own?.apply(head)
      const { status } = plan.apply(head)
      if (!upstream && before?.value.upstream_id === id) removeUnlessUsed(head, id)
      return { status, body: { value: shownFlat(kind, storedKey(address), head) } }
    },
  }
}

/** RFC 6902, on the resource as it is shown, without defaults. */
export function planFlatPatch(address: FlatAddress, patch: unknown, check: ResourceCheck): Plan {
  const { kind } = address
  return {
    apply: (head) => {
      const { type, fromStored } = FLAT_KINDS[kind]
      const stored = head.get(type, storedKey(address))
      if (!stored) throw new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
      const patched = applyJsonPatch(fromStored(stored, head), patch)
      if ('problem' in patched) throw new Refusal(400, { error_msg: `invalid JSON Patch: ${patched.problem}` })
      // What is never shown stays, unless the patch gives another.
      const { key, keys } = stored.value
      const hidden = kind === 'ssls' ? { ...(key ? { key } : {}), ...(keys ? { keys } : {}) } : {}
      const plan = planFlatPut(
        address,
        isObject(patched.value) ? { ...hidden, ...patched.value } : patched.value,
        check,
      )
      if (!('apply' in plan)) throw new Refusal(plan.status, plan.body as object)
      return plan.apply(head)
    },
  }
}

/** A service takes its routes and upstreams along, a consumer its credentials: one write, so all or nothing. */
export function planFlatDelete(address: FlatAddress, check: ResourceCheck): Plan {
  const { kind, id } = address
  const plan = planWrite(
    { method: 'DELETE', address: addressOf(address), timeToLive: null, force: false, body: undefined },
    check,
  )
  if (kind !== 'services' || !('apply' in plan)) return plan
  return {
    apply: (head) => {
      const before = head.get('services', id)
      for (const type of ['routes', 'stream_routes'] as const) {
        for (const route of head.list(type)) {
          if (String(route.value.service_id) === id) removeResource(head, type, route.id)
        }
      }
      const outcome = plan.apply(head)
      for (const upstream of head.list('upstreams')) {
        if ((upstream.value.labels as Flat | undefined)?.[SERVICE_LABEL] === id) removeUnlessUsed(head, upstream.id)
      }
      if (before?.value.upstream_id === id) removeUnlessUsed(head, id)
      return outcome
    },
  }
}

function planPut(address: ResourceAddress, body: Flat, check: ResourceCheck): Plan {
  return planWrite({ method: 'PUT', address, timeToLive: null, force: false, body }, check)
}

/** What a gateway of ours does not do is refused rather than stored and overlooked. */
function checkSupported(kind: FlatType, body: Flat): string | undefined {
  if (kind !== 'services') return undefined
  for (const field of ['path_prefix', 'strip_path_prefix']) {
    const value = body[field]
    if (value !== undefined) return `invalid configuration: ${field} is not supported; write whole paths in the routes`
  }
  return undefined
}

/** An upstream that a plugin or another resource refers to stays. */
function removeUnlessUsed(head: HeadView, id: string): void {
  if (!head.get('upstreams', id)) return
  try {
    checkUnused(head, 'upstreams', id)
  } catch (error) {
    if (error instanceof Refusal) return
    throw error
  }
  removeResource(head, 'upstreams', id)
}

function ownUpstreamAddress(id: string): ResourceAddress {
  return { type: 'upstreams', within: '', id, subPath: [] }
}

function addressOf({ kind, id, parent }: FlatAddress): ResourceAddress {
  const within = kind === 'credentials' ? `${parent}/` : ''
  return { type: FLAT_KINDS[kind].type, within, id, subPath: [] }
}

/** The id under which it is stored. */
export function storedKey(address: FlatAddress): string {
  return storedId(addressOf(address), address.id)
}

function notFound(message: string): Refusal {
  return new Refusal(404, { error_msg: message })
}

function isObject(value: unknown): value is Flat {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
