import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { GROUP_ID, type ResourceValue, typeIn } from '../../../model/resource.ts'
import { compileSchema } from '../../../model/schema-compiler.ts'
import { type Answer, refusal, refuse } from '../../admin-api/answer.ts'
import type { HeadView, ReadView } from '../../configuration-store.ts'
import { accessTo } from '../../identity/access.ts'
import { demand } from '../../identity/authorised-store.ts'
import {
  demandValid,
  type GroupCall,
  idIn,
  listAnswer,
  notFound,
  notSupported,
  ofGroup,
  type ResourceObject,
  reads,
  valueAnswer,
  write,
} from '../group-call.ts'
import { demandGroup } from '../group-store.ts'
import {
  applyChanges,
  demandUnchanged,
  missingVariables,
  type PlannedChange,
  planPromotion,
  planRollback,
  shownChange,
} from './promotion-plan.ts'

/** What clients send to promote a service into a group. */
export const PromotionBody = Type.Object(
  {
    /** The group that it comes from. */
    source: Type.String({ pattern: GROUP_ID.source }),
    /** The id of the service. */
    service: Type.String({ minLength: 1, maxLength: 64 }),
    /** Tells what it would change, and changes nothing. @default false */
    dry_run: Type.Optional(Type.Boolean()),
    description: Type.Optional(Type.String({ maxLength: 1_024 })),
  },
  { additionalProperties: false },
)
const checkPromotion = compileSchema(PromotionBody)

/** What clients send to take a promotion back. */
export const RollbackBody = Type.Object(
  {
    dry_run: Type.Optional(Type.Boolean()),
    /** Restore even what was changed since. @default false */
    force: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
const checkRollback = compileSchema(RollbackBody)

/** Kept of each group; the oldest go first, and can be taken back no more. */
const PROMOTIONS_KEPT = 50

/** A promotion as it is stored, with all that is needed to take it back. */
interface Promotion {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly service: string
  readonly description?: string
  readonly by: string
  readonly status: 'applied' | 'rolled_back'
  readonly create_time: number
  readonly update_time: number
  readonly changes: readonly PlannedChange[]
}

/**
 * Answers a call about the promotions of services into a group. Each is one write, so one revision; it is kept with what
 * stood there before, so that it can be taken back.
 */
export async function promotionsAnswer(target: string, call: GroupCall): Promise<Answer> {
  const [id, part, ...more] = call.steps
  if (more.length > 0 || (part !== undefined && part !== 'rollback')) return refuse(404, 'not found')
  if (part === 'rollback') return call.method === 'POST' ? rollBack(target, id!, call) : notSupported(call)
  if (id === undefined && call.method === 'POST') return promote(target, call)
  if (!reads(call)) return notSupported(call)
  const view = call.store.read()
  if (id !== undefined) {
    const stored = view.get('promotions', idIn(target, id))
    return valueAnswer(call, stored && shown(stored.value as unknown as Promotion))
  }
  const newestFirst = promotionsOf(view, target).reverse()
  return listAnswer(
    call,
    newestFirst.map(({ changes: _, ...promotion }) => promotion),
  )
}

async function promote(target: string, call: GroupCall): Promise<Answer> {
  demandValid(checkPromotion, call.body)
  const {
    source,
    service,
    dry_run = false,
    description,
  } = call.body as {
    readonly source: string
    readonly service: string
    readonly dry_run?: boolean
    readonly description?: string
  }
  if (source === target) return refuse(400, 'a service is promoted from one gateway group to another')
  const plan = (view: ReadView) => {
    demandGroup(view, source)
    demandGroup(view, target)
    const changes = planPromotion(view, service, source, target)
    // What is taken over is read, whoever may write it.
    for (const { kind, id, after } of changes) {
      if (after) demand(call.caller, accessTo('Get', { type: typeIn(source, kind), id, value: after }, view))
    }
    return { changes, missing_variables: missingVariables(view, target, changes) }
  }
  if (dry_run || call.query.get('dry_run') === 'true') {
    const { changes, ...rest } = plan(call.store.read())
    const value = { source, target, service, ...rest, changes: changes.map((change) => shownChange(target, change)) }
    return valueAnswer(call, value)
  }
  const id = randomUUID()
  return write(call, (head) => {
    const { changes, ...rest } = plan(head)
    applyChanges(head, target, changes)
    const now = Math.floor(Date.now() / 1000)
    const promotion: Promotion = {
      ...{ id, source, target, service, by: call.caller.name, status: 'applied' },
      ...(description !== undefined && { description }),
      ...{ create_time: now, update_time: now, changes },
    }
    forgetOldest(head, target)
    head.put('promotions', idIn(target, id), promotion as unknown as ResourceValue)
    return { status: 201, body: { value: { ...shown(promotion), ...rest } } }
  })
}

async function rollBack(target: string, id: string, call: GroupCall): Promise<Answer> {
  demandValid(checkRollback, call.body)
  const body = (call.body ?? {}) as { readonly dry_run?: boolean; readonly force?: boolean }
  const isSet = (name: 'dry_run' | 'force') => body[name] ?? call.query.get(name) === 'true'
  const plan = (view: ReadView) => {
    const promotion = view.get('promotions', idIn(target, id))?.value as unknown as Promotion | undefined
    if (!promotion) throw notFound()
    if (promotion.status === 'rolled_back') throw refusal(`promotion ${id} was rolled back already`)
    const changes = planRollback(promotion.changes)
    if (!isSet('force')) demandUnchanged(view, target, changes)
    return { promotion, changes }
  }
  if (isSet('dry_run')) {
    const { promotion, changes } = plan(call.store.read())
    return valueAnswer(call, { ...shown(promotion), changes: changes.map((change) => shownChange(target, change)) })
  }
  return write(call, (head) => {
    const { promotion, changes } = plan(head)
    applyChanges(head, target, changes)
    const after = { ...promotion, status: 'rolled_back', update_time: Math.floor(Date.now() / 1000) } as const
    head.put('promotions', idIn(target, id), after as unknown as ResourceValue)
    return { status: 200, body: { value: { ...shown(after), changes: changes.map((it) => shownChange(target, it)) } } }
  })
}

/** In the order in which they were made. */
function promotionsOf(view: ReadView, target: string): Promotion[] {
  const all = ofGroup(view, 'promotions', target).map(({ value }) => value as unknown as Promotion)
  return all.sort((a, b) => a.create_time - b.create_time || (a.id < b.id ? -1 : 1))
}

function forgetOldest(head: HeadView, target: string): void {
  const past = promotionsOf(head, target)
  for (const { id } of past.slice(0, Math.max(0, past.length + 1 - PROMOTIONS_KEPT))) {
    head.delete('promotions', idIn(target, id))
  }
}

function shown({ changes, ...promotion }: Promotion): ResourceObject {
  return { ...promotion, changes: changes.map((change) => shownChange(promotion.target, change)) }
}
