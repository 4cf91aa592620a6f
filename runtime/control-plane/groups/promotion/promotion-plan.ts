import { isDeepStrictEqual } from 'node:util'
import { type ResourceValue, typeIn } from '../../../model/resource.ts'
import { refusal } from '../../admin-api/answer.ts'
import { checkReferences } from '../../admin-api/references.ts'
import { checkUnused } from '../../admin-api/usage.ts'
import { maskSecrets } from '../../audit/mask-secrets.ts'
import { type HeadView, type ReadView, Refusal } from '../../configuration-store.ts'
import { headOfGroup, viewOfGroup } from '../group-store.ts'
import { byOrder, type Part, type PromotedKind, partsOf } from './service-parts.ts'

/** What a promotion, or taking one back, makes of one resource of the target. Without times; null where there is none. */
export interface PlannedChange {
  readonly kind: PromotedKind
  readonly id: string
  /** Others in the target may refer to it too. */
  readonly shared: boolean
  readonly before: ResourceValue | null
  readonly after: ResourceValue | null
}

/**
 * What makes a service of one group in another group what it is in the first. What belongs to the service in the target
 * alone goes; what it shares with others is created or changed, and never removed.
 *
 * @throws Refusal 404 without the service, 400 where a route of the target by the same id is another service's
 */
export function planPromotion(view: ReadView, service: string, source: string, target: string): PlannedChange[] {
  const parts = partsOf(viewOfGroup(view, source), service)
  if (parts.length === 0) {
    throw new Refusal(404, { error_msg: `service ${service} not found in gateway group ${source}` })
  }
  const there = viewOfGroup(view, target)
  const changes = parts.map((part) => ({ ...part, ...difference(part, there, service, target) }))
  const kept = new Set(parts.map(({ kind, id }) => `${kind}/${id}`))
  const stale = partsOf(there, service).filter(({ kind, id, shared }) => !shared && !kept.has(`${kind}/${id}`))
  const gone = stale.map(({ kind, id, shared, value }) => ({ kind, id, shared, before: undated(value), after: null }))
  return [...changes, ...gone.reverse()].map(({ kind, id, shared, before, after }) => {
    return { kind, id, shared, before, after }
  })
}

function difference({ kind, id, value, shared }: Part, there: ReadView, service: string, target: string) {
  const before = there.get(kind, id)?.value
  if (before && !shared && (kind === 'routes' || kind === 'stream_routes') && String(before.service_id) !== service) {
    throw refusal(`${kind}/${id} of gateway group ${target} belongs to another service; give one of them another id`)
  }
  return { before: before ? undated(before) : null, after: undated(value) }
}

/** What takes a promotion back, as far as it is known. */
export function planRollback(changes: readonly PlannedChange[]): PlannedChange[] {
  return changes.map(({ before, after, ...what }) => ({ ...what, before: after, after: before }))
}

/** @throws Refusal 400 naming the first that is not what it was left as */
export function demandUnchanged(view: ReadView, target: string, changes: readonly PlannedChange[]): void {
  const there = viewOfGroup(view, target)
  for (const { kind, id, before } of changes.filter(isChange)) {
    const now = there.get(kind, id)?.value
    if (isDeepStrictEqual(now ? undated(now) : null, before)) continue
    throw refusal(`can not roll back, ${kind}/${id} was changed since; force=true restores what stood there before`)
  }
}

/**
 * Makes the changes in the target, whole or not at all: first what is there afterwards, then what is not.
 *
 * @throws Refusal 400 where something would refer to what is not there
 */
export function applyChanges(head: HeadView, target: string, changes: readonly PlannedChange[]): void {
  const there = headOfGroup(head, target)
  const now = Math.floor(Date.now() / 1000)
  const different = changes.filter(isChange)
  for (const { kind, id, after } of different.filter(({ after }) => after !== null).toSorted(byOrder)) {
    const create_time = there.get(kind, id)?.value.create_time ?? now
    there.put(kind, id, { ...after, create_time, update_time: now })
  }
  const gone = different.filter(({ after }) => after === null).toSorted((a, b) => byOrder(b, a))
  for (const { kind, id } of gone) there.delete(kind, id)
  for (const { kind, id, after } of different) {
    if (after) checkReferences(there, kind, id, after)
    else checkUnused(there, kind, id)
  }
}

export function isChange({ before, after }: PlannedChange): boolean {
  return !isDeepStrictEqual(before, after)
}

/** A change as people see it: what becomes of which resource, and which of its fields differ, without secrets. */
export function shownChange(target: string, { kind, id, shared, before, after }: PlannedChange) {
  const action = !isChange({ kind, id, shared, before, after })
    ? 'unchanged'
    : before === null
      ? 'create'
      : after === null
        ? 'delete'
        : 'update'
  const type = typeIn(target, kind)
  return {
    ...{ type: kind, id, action, shared },
    ...(action === 'update' && { fields: differingFields(before!, after!) }),
    ...(action !== 'unchanged' && {
      before: before && maskSecrets(type, before),
      after: after && maskSecrets(type, after, before ?? undefined),
    }),
  }
}

function differingFields(before: ResourceValue, after: ResourceValue): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort()
}

/** Variables that what is promoted refers to and the target does not have; its data planes' processes may. */
export function missingVariables(view: ReadView, target: string, changes: readonly PlannedChange[]): string[] {
  const known = new Set(
    viewOfGroup(view, target)
      .list('variables')
      .map(({ id }) => id),
  )
  const text = JSON.stringify(changes.map(({ after }) => after))
  const named = new Set([...text.matchAll(/\$env:\/\/([A-Za-z_][A-Za-z0-9_]*)/gi)].map(([, name]) => name!))
  return [...named].filter((name) => !known.has(name)).sort()
}

function undated({ create_time: _, update_time: __, ...value }: ResourceValue): ResourceValue {
  return value
}
