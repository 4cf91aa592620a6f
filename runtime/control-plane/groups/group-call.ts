import type { ResourceValue, StoredType } from '../../model/resource.ts'
import type { SchemaCheck } from '../../model/schema-compiler.ts'
import { type Answer, KEY_NOT_FOUND, refusal, refuse } from '../admin-api/answer.ts'
import { writeAnswer } from '../admin-api/store-answer.ts'
import { newWriteId, parseWriteId } from '../admin-api/write-id.ts'
import type { Apply } from '../admin-api/write-resource.ts'
import { applyJsonPatch } from '../api7ee/json-patch.ts'
import { MAX_PAGE_SIZE, pageOf } from '../api7ee/read-flat.ts'
import { type ConfigurationStore, type ReadView, Refusal } from '../configuration-store.ts'
import type { Caller } from '../identity/caller.ts'

/** A call below `/api/gateway_groups` that has been let in. */
export interface GroupCall {
  readonly method: string
  /** What follows the group's id, or the part of it that is left. */
  readonly steps: readonly string[]
  readonly query: URLSearchParams
  /** As JSON; undefined when there was none. */
  readonly body: unknown
  readonly writeId: string | string[] | undefined
  readonly caller: Caller
  /** Of every group, as the caller may use it. */
  readonly store: ConfigurationStore
}

export type ResourceObject = Readonly<Record<string, unknown>>

export function reads({ method }: GroupCall): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Applies a write and answers with its version; see `writeAnswer`. */
export async function write({ store, writeId: sent }: GroupCall, apply: Apply): Promise<Answer> {
  const writeId = sent === undefined ? newWriteId() : parseWriteId(String(sent))
  if (!writeId) return refuse(400, 'invalid X-Antipode-Write: it is not a UUID')
  return writeAnswer(store, writeId, apply)
}

/** `{list, total}` of those that are wanted, in pages where `page` or `page_size` is given. */
export function listAnswer(call: GroupCall, all: readonly ResourceObject[]): Answer {
  const page = pageOf(all, call.query)
  if (!page) return refuse(400, `page is at least 1, page_size is between 1 and ${MAX_PAGE_SIZE}`)
  return { status: 200, body: { list: page, total: all.length }, headers: roleOf(call) }
}

export function valueAnswer(call: GroupCall, value: ResourceObject | undefined): Answer {
  const headers = roleOf(call)
  return value ? { status: 200, body: { value }, headers } : { ...KEY_NOT_FOUND, headers }
}

function roleOf({ store }: GroupCall): Readonly<Record<string, string>> {
  return { 'x-antipode-role': store.state().role }
}

const LABEL = /^labels\[(.+)\]$/

/** Whether something has the name and labels that a list asks for: `search`, `name`, `labels[key]=value`. */
export function isWanted({ query }: GroupCall, { name, labels = {} }: { name?: unknown; labels?: unknown }): boolean {
  const exact = query.get('name')
  if (exact !== null && name !== exact) return false
  if (!String(name ?? '').includes(query.get('search') ?? '')) return false
  return [...query].every(([parameter, value]) => {
    const key = LABEL.exec(parameter)?.[1]
    return key === undefined || (labels as ResourceObject)[key] === value
  })
}

/** @throws Refusal 400 where a body does not fit its schema */
export function demandValid(check: SchemaCheck, body: unknown): void {
  const wrong = check(body ?? {})
  if (wrong) throw refusal(`invalid configuration: ${wrong}`)
}

export function notFound(): Refusal {
  return new Refusal(KEY_NOT_FOUND.status, KEY_NOT_FOUND.body as object)
}

/** What a JSON Patch makes of something as it is shown. @throws Refusal 400 */
export function patched(shown: ResourceObject, patch: unknown): unknown {
  const result = applyJsonPatch(shown, patch)
  if ('problem' in result) throw refusal(`invalid JSON Patch: ${result.problem}`)
  return result.value
}

/** What the control plane writes down of times, in seconds since 1970. */
export function timesAfter(before: ResourceValue | undefined): { create_time: number; update_time: number } {
  const now = Math.floor(Date.now() / 1000)
  return { create_time: Number(before?.create_time ?? now), update_time: now }
}

/** A refusal of a method that is not offered at a place. */
export function notSupported({ method }: GroupCall): Answer {
  return refuse(405, `${method} is not supported here`)
}

/** The id under which something of one group is stored that is given to no data plane as it is. */
export function idIn(group: string, id: string): string {
  return `${group}/${id}`
}

/** Those of one group among what is stored so, by their ids in it. */
export function ofGroup(
  view: ReadView,
  type: StoredType,
  group: string,
): { readonly id: string; readonly value: ResourceValue }[] {
  const prefix = idIn(group, '')
  return view
    .list(type)
    .flatMap(({ id, value }) => (id.startsWith(prefix) ? [{ id: id.slice(prefix.length), value }] : []))
}
