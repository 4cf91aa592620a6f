import type { InstanceState } from '../../model/region-state.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from '../admin-api/answer.ts'
import type { InstanceLog } from '../fleet/instance-log.ts'
import { demand } from '../identity/authorised-store.ts'
import { type GroupCall, isWanted, listAnswer, notSupported, reads, valueAnswer } from './group-call.ts'

/**
 * `GET …/instances` lists a group's gateway instances, with `status`, `region`, `version` (of the runtime), `search`,
 * `name` (both of the host's name), `labels[key]=value`, `page` and `page_size`. `GET …/instances/{id}` is one of them,
 * `GET …/instances/{id}/events` what has become of it, the newest first.
 */
export function instancesAnswer(log: InstanceLog) {
  return async (group: string, call: GroupCall): Promise<Answer> => {
    if (!reads(call)) return notSupported(call)
    demand(call.caller, {
      action: 'gateway:GetGatewayInstance',
      resources: [`arn:api7:gateway:gatewaygroup/${group}`],
    })
    const [id, part, ...more] = call.steps
    if (id === undefined) {
      const wanted = log.list().filter((instance) => instance.group === group && passes(call, instance))
      return listAnswer(
        call,
        wanted.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((instance) => ({ ...instance })),
      )
    }
    if (more.length > 0 || (part !== undefined && part !== 'events')) return refuse(404, 'not found')
    if (log.groupOf(id) !== group) return KEY_NOT_FOUND
    if (part === 'events')
      return listAnswer(
        call,
        (log.events(id) ?? []).map((event) => ({ ...event })),
      )
    const instance = log.list().find((one) => one.id === id)
    return valueAnswer(call, instance && { ...instance })
  }
}

function passes(call: GroupCall, { hostname: name, labels, status, region, runtimeVersion }: InstanceState): boolean {
  const { query } = call
  if (!isWanted(call, { name, labels })) return false
  const exact = { status, region, version: runtimeVersion }
  return Object.entries(exact).every(([field, value]) => !query.has(field) || query.get(field) === value)
}
