import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { DEFAULT_GROUP, GROUP_ID, PUBLISHED_TYPES, type ResourceValue, typeIn } from '../../model/resource.ts'
import { compileSchema } from '../../model/schema-compiler.ts'
import { type Answer, refusal, refuse } from '../admin-api/answer.ts'
import { type ConfigurationStore, type HeadView, type ReadView, Refusal } from '../configuration-store.ts'
import {
  demandValid,
  type GroupCall,
  idIn,
  isWanted,
  listAnswer,
  notSupported,
  patched,
  type ResourceObject,
  reads,
  timesAfter,
  write,
} from './group-call.ts'
import { demandGroup, isGroup } from './group-store.ts'

const text = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]*$' })

/** What clients send for a gateway group. */
export const GatewayGroupBody = Type.Object(
  {
    /** @default a new UUID */
    id: Type.Optional(Type.String({ pattern: GROUP_ID.source })),
    name: Type.String({ minLength: 1, maxLength: 256, pattern: '^[^\\x00-\\x1f\\x7f]+$' }),
    description: Type.Optional(text(65_536)),
    labels: Type.Optional(
      Type.Object({}, { additionalProperties: Type.String({ maxLength: 256 }), maxProperties: 64 }),
    ),
  },
  { additionalProperties: false },
)
const check = compileSchema(GatewayGroupBody)

const KEPT_BY_GROUP = ['service_registries', 'promotions'] as const

/** Answers a call about all gateway groups. */
export async function groupsAnswer(call: GroupCall): Promise<Answer> {
  if (reads(call))
    return listAnswer(
      call,
      visibleGroups(call).filter((group) => isWanted(call, group)),
    )
  if (call.method !== 'POST') return notSupported(call)
  demandValid(check, call.body)
  const { id = randomUUID(), ...fields } = call.body as { id?: string; name: string }
  return write(call, (head) => {
    if (isGroup(head, id)) throw refusal(`gateway group ${id} already exists`)
    return put(head, id, fields)
  })
}

/** Answers a call about one. */
export async function groupAnswer(group: string, call: GroupCall): Promise<Answer> {
  if (reads(call)) {
    const value = visibleGroups(call).find(({ id }) => id === group)
    return value ? { status: 200, body: { value } } : refuse(404, `gateway group ${group} not found`)
  }
  switch (call.method) {
    case 'PUT':
      if (!GROUP_ID.test(group)) return refuse(400, `${JSON.stringify(group)} is no id of a gateway group`)
      return write(call, (head) => put(head, group, fieldsFor(group, call.body)))
    case 'PATCH':
      return write(call, (head) => {
        demandGroup(head, group)
        const { create_time: _, update_time: __, ...shown } = groupIn(head, group)
        return put(head, group, fieldsFor(group, patched(shown, call.body)))
      })
    case 'DELETE':
      return remove(group, call)
    default:
      return notSupported(call)
  }
}

/** A group as clients see it; `default` is there before anybody wrote anything about it. */
export function groupIn(view: ReadView, id: string): ResourceObject {
  const value: ResourceValue = view.get('gateway_groups', id)?.value ?? { name: id }
  return { description: '', labels: {}, ...value, id }
}

/** The groups that a caller may see, by their ids. */
function visibleGroups({ store }: GroupCall): ResourceObject[] {
  const view = store.read()
  const listed = view.list('gateway_groups').map(({ id }) => id)
  const first = listed.includes(DEFAULT_GROUP) || !isVisible(view, DEFAULT_GROUP) ? [] : [DEFAULT_GROUP]
  return [...first, ...listed].map((id) => groupIn(view, id))
}

/** Whether a caller may see a group, there or not. */
function isVisible(view: ReadView, group: string): boolean {
  try {
    view.get('gateway_groups', group)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

function fieldsFor(group: string, body: unknown): ResourceValue {
  demandValid(check, body)
  const { id = group, ...fields } = body as { id?: string; name: string }
  if (id !== group) throw refusal('wrong id')
  return fields
}

function put(head: HeadView, id: string, fields: ResourceValue) {
  const others = head.list('gateway_groups').filter((other) => other.id !== id)
  const names = [
    ...others.map(({ value }) => value.name),
    ...(id === DEFAULT_GROUP || others.some((other) => other.id === DEFAULT_GROUP) ? [] : [DEFAULT_GROUP]),
  ]
  // Clients find a group by its name.
  if (names.includes(fields.name)) throw refusal(`another gateway group has the name ${fields.name}`)
  const before = head.get('gateway_groups', id)
  head.put('gateway_groups', id, { id, ...fields, ...timesAfter(before?.value) })
  return { status: before || id === DEFAULT_GROUP ? 200 : 201, body: { value: groupIn(head, id) } }
}

/** With `force=true` everything that the group holds goes with it, as one write. */
function remove(group: string, call: GroupCall): Promise<Answer> {
  const force = call.query.get('force') === 'true'
  return write(call, (head) => {
    demandGroup(head, group)
    if (group === DEFAULT_GROUP) throw refusal(`the gateway group ${DEFAULT_GROUP} is always there`)
    const held = contentOf(head, group)
    const instances = instancesOf(call.store, group)
    if (!force && (held.length > 0 || instances > 0)) {
      const counted = [counting(held.length, 'resource'), counting(instances, 'instance')]
      throw refusal(
        `can not delete gateway group ${group}, it has ${counted.join(' and ')}; force=true deletes them too`,
      )
    }
    for (const { type, id } of held) head.delete(type, id)
    for (const type of KEPT_BY_GROUP) {
      for (const { id } of head.list(type)) if (id.startsWith(idIn(group, ''))) head.delete(type, id)
    }
    for (const { id, value } of head.list('group_keys')) if (value.group === group) head.delete('group_keys', id)
    head.delete('gateway_groups', group)
    return { status: 200, body: { value: { id: group, deleted: true, resources: held.length, instances } } }
  })
}

function contentOf(view: ReadView, group: string) {
  return PUBLISHED_TYPES.flatMap((kind) => view.list(typeIn(group, kind)))
}

function instancesOf(store: ConfigurationStore, group: string): number {
  const { instances, peerInstances } = store.state()
  return [...instances, ...peerInstances].filter((instance) => instance.group === group).length
}

function counting(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** @throws Refusal 404 where there is no such group, or the caller may not see it */
export function demandVisible(group: string, { store }: GroupCall): void {
  const view = store.read()
  if (isVisible(view, group) && isGroup(view, group)) return
  throw new Refusal(404, { error_msg: `gateway group ${group} not found` })
}
