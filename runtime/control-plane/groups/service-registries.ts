import { randomUUID } from 'node:crypto'
import { GROUP_ID, type ResourceValue } from '../../model/resource.ts'
import { compileSchema, type SchemaCheck } from '../../model/schema-compiler.ts'
import { REGISTRY_SECRETS, SERVICE_REGISTRIES, type ServiceRegistry } from '../../model/service-registry.ts'
import { type Answer, refusal, refuse } from '../admin-api/answer.ts'
import type { HeadView, ReadView } from '../configuration-store.ts'
import {
  demandValid,
  type GroupCall,
  idIn,
  isWanted,
  listAnswer,
  notFound,
  notSupported,
  ofGroup,
  patched,
  type ResourceObject,
  reads,
  timesAfter,
  valueAnswer,
  write,
} from './group-call.ts'
import { demandGroup } from './group-store.ts'

const CHECKS: Readonly<Record<string, SchemaCheck>> = Object.fromEntries(
  Object.entries(SERVICE_REGISTRIES).map(([type, schema]) => [type, compileSchema(schema)]),
)
const MASK = '***'

/** Answers a call about the service registries of a group, which its data planes are given with their settings. */
export async function serviceRegistriesAnswer(group: string, call: GroupCall): Promise<Answer> {
  const [id, ...more] = call.steps
  if (more.length > 0) return refuse(404, 'not found')
  if (id === undefined) {
    if (reads(call)) {
      const list = ofGroup(call.store.read(), 'service_registries', group)
      return listAnswer(
        call,
        list.map((registry) => shown(registry.id, registry.value)).filter((registry) => isWanted(call, registry)),
      )
    }
    if (call.method !== 'POST') return notSupported(call)
    const made = randomUUID()
    const fields = fieldsFor(made, call.body)
    return write(call, (head) => put(head, group, made, fields))
  }
  const key = idIn(group, id)
  if (reads(call)) {
    const stored = call.store.read().get('service_registries', key)
    return valueAnswer(call, stored && shown(id, stored.value))
  }
  switch (call.method) {
    case 'PUT': {
      if (!GROUP_ID.test(id)) return refuse(400, `${JSON.stringify(id)} is no id of a service registry`)
      const fields = fieldsFor(id, call.body)
      return write(call, (head) => put(head, group, id, fields))
    }
    case 'PATCH':
      return write(call, (head) => {
        const stored = head.get('service_registries', key)
        if (!stored) throw notFound()
        const { create_time: _, update_time: __, ...fields } = stored.value
        return put(head, group, id, fieldsFor(id, patched(fields, call.body)))
      })
    case 'DELETE':
      return write(call, (head) => {
        if (!head.get('service_registries', key)) throw notFound()
        head.delete('service_registries', key)
        return { status: 200, body: { value: { id, deleted: true } } }
      })
    default:
      return notSupported(call)
  }
}

/** As data planes of a group are given them: whole. */
export function registriesFor(view: ReadView, group: string): ServiceRegistry[] {
  return ofGroup(view, 'service_registries', group).map(({ id, value }) => {
    const { create_time: _, update_time: __, ...settings } = value
    return { id, ...settings } as unknown as ServiceRegistry
  })
}

function fieldsFor(id: string, body: unknown): ResourceValue {
  const { id: sent = id, ...fields } = (body ?? {}) as ResourceValue
  if (sent !== id) throw refusal('wrong id')
  const { type } = fields
  const check = typeof type === 'string' && Object.hasOwn(CHECKS, type) ? CHECKS[type] : undefined
  if (!check) {
    const known = Object.keys(CHECKS).join(', ')
    throw refusal(`invalid configuration: property "type" validation failed: it is one of ${known}`)
  }
  demandValid(check, fields)
  return fields
}

function put(head: HeadView, group: string, id: string, fields: ResourceValue) {
  demandGroup(head, group)
  const before = head.get('service_registries', idIn(group, id))
  const taken = ofGroup(head, 'service_registries', group).some(
    (one) => one.id !== id && one.value.name === fields.name,
  )
  if (taken) throw refusal(`another service registry of the group has the name ${fields.name}`)
  const value = { ...fields, ...timesAfter(before?.value) }
  head.put('service_registries', idIn(group, id), value)
  return { status: before ? 200 : 201, body: { value: shown(id, value) } }
}

function shown(id: string, value: ResourceValue): ResourceObject {
  return { id, ...(masked(value) as ResourceValue) }
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      return [name, REGISTRY_SECRETS.has(name) && typeof item === 'string' ? MASK : masked(item)]
    }),
  )
}
