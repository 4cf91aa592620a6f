import { randomUUID } from 'node:crypto'
import type { ResourceCheck } from '../../model/resource-validator.ts'
import { type Answer, refuse } from '../admin-api/answer.ts'
import { readBody } from '../admin-api/request-body.ts'
import type { RequestTarget } from '../admin-api/request-target.ts'
import { writeAnswer } from '../admin-api/store-answer.ts'
import { validateConfiguration } from '../admin-api/validate-configuration.ts'
import { newWriteId, parseWriteId } from '../admin-api/write-id.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import { CORE_SCHEMAS } from './core-schemas.ts'
import { FLAT_KINDS, type Flat, type FlatType, isFlatType } from './flat-kinds.ts'
import { listFlat, readFlat } from './read-flat.ts'
import { planFlatDelete, planFlatPatch, planFlatPut, storedKey } from './write-flat.ts'

/**
 * The release of API7 Enterprise whose Admin API this surface follows. ADC asks for it to know what it may send: extra
 * upstreams of a service since 3.5, validation since 3.9.10.
 */
const VERSION = '3.9.14'

export interface Api7eeContext {
  /** Of the gateway group that the call is about. */
  readonly store: ConfigurationStore
  readonly check: ResourceCheck
}

export interface Api7eeCall {
  readonly method: string
  readonly target: RequestTarget
  readonly body: Buffer | undefined
  readonly writeId: string | string[] | undefined
}

/** Answers a call below `/api` that nobody else answers. */
export function controlAnswer(method: string, { steps }: RequestTarget): Answer {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, `${method} is not supported here`)
  const [what, second, ...rest] = steps
  if (what === 'version' && second === undefined) return { status: 200, body: { value: VERSION } }
  if (what === 'schema' && second === 'core' && rest.length === 0) return { status: 200, body: { value: CORE_SCHEMAS } }
  return refuse(404, 'not found')
}

/** Answers a call below `/apisix/admin`; undefined for what is the same on both surfaces. */
export async function api7eeAnswer(call: Api7eeCall, context: Api7eeContext): Promise<Answer | undefined> {
  const { method, target } = call
  const [first = '', second, third] = target.steps
  if (first === 'schema' || first === 'plugins') return undefined

  const body = readBody(call.body ?? Buffer.alloc(0))
  if ('problem' in body) {
    return { status: 400, body: { error_msg: `invalid request body: ${body.problem}`, req_body: body.text } }
  }
  if (first === 'configs' && second === 'validate' && method === 'POST') {
    return validateConfiguration(storedForms(body.value), context.check)
  }
  const place = readPlace(target.steps)
  if (!place) return refuse(404, `Unsupported resource type: ${third ?? first}`)
  return placeAnswer(place, { ...call, body: body.value }, context)
}

interface Place {
  readonly kind: FlatType
  readonly id: string | undefined
  readonly parent: string | undefined
}

function readPlace([first = '', second, third, fourth, ...rest]: readonly string[]): Place | undefined {
  if (rest.length > 0) return undefined
  if (first === 'services' && third === 'upstreams') return { kind: 'upstreams', id: fourth, parent: second }
  if (first === 'consumers' && third === 'credentials') return { kind: 'credentials', id: fourth, parent: second }
  // These are reached through what they belong to.
  if (third !== undefined || first === 'upstreams' || first === 'credentials' || !isFlatType(first)) return undefined
  return { kind: first, id: second, parent: undefined }
}

async function placeAnswer(
  { kind, id: named, parent }: Place,
  { method, target, body, writeId: sentId }: Omit<Api7eeCall, 'body'> & { readonly body: unknown },
  { store, check }: Api7eeContext,
): Promise<Answer> {
  if (method === 'GET' || method === 'HEAD') {
    const view = store.read()
    const answer =
      named === undefined
        ? listFlat(kind, parent, target.query, view)
        : readFlat(kind, storedKey({ kind, id: named, parent }), view)
    return { ...answer, headers: { 'x-antipode-role': store.state().role } }
  }
  const creates = method === 'POST' && named === undefined && POSTED.has(kind)
  const id = creates ? randomUUID() : named
  if (id === undefined) return refuse(method === 'POST' ? 405 : 400, `${method} needs an id in its path`)
  const writeId = sentId === undefined ? newWriteId() : parseWriteId(String(sentId))
  if (!writeId) return refuse(400, 'invalid X-Antipode-Write: it is not a UUID')
  const address = { kind, id, parent }
  const plan =
    method === 'PUT' || creates
      ? planFlatPut(address, body, check)
      : method === 'PATCH'
        ? planFlatPatch(address, body, check)
        : method === 'DELETE'
          ? planFlatDelete(address, check)
          : refuse(405, `${method} is not supported here`)
  if (!('apply' in plan)) return { ...plan, headers: { 'x-antipode-write': writeId } }
  return writeAnswer(store, writeId, plan.apply)
}

/** Collections that give an id to what is posted. */
const POSTED: ReadonlySet<FlatType> = new Set(['services', 'routes', 'stream_routes', 'ssls'])

/** A configuration to be validated, in the form in which it would be stored; what cannot be is left as it is. */
function storedForms(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const forms: Flat = {}
  for (const [collection, items] of Object.entries(body)) {
    forms[collection] =
      isFlatType(collection) && Array.isArray(items) ? items.map((item) => storedForm(collection, item)) : items
  }
  return forms
}

function storedForm(collection: FlatType, item: unknown): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
  const { idField, toStored } = FLAT_KINDS[collection]
  const { [idField]: id, ...body } = item as Flat
  if (collection === 'consumers') return item
  const stored = toStored(body, undefined)
  const upstream = collection === 'services' && body.upstream ? { upstream: body.upstream } : {}
  return { ...stored, ...upstream, ...(id === undefined ? {} : { id }) }
}
