import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Statement } from '../../model/permission-policy.ts'
import type { ResourceValue } from '../../model/resource.ts'
import type { Answer } from '../admin-api/answer.ts'
import type { HeadView, ReadView } from '../configuration-store.ts'
import type { Caller } from '../identity/caller.ts'
import { type GroupCall, notFound, notSupported, reads, valueAnswer, write } from './group-call.ts'
import { demandGroup, isGroup } from './group-store.ts'

/** How keys of a gateway group begin, as in API7 Enterprise; ADC names no group where it has one. */
export const GROUP_KEY_PREFIX = 'a7adm-'
const KEY = /^a7adm-([0-9a-f]{24})-[\w-]{43}$/

/** Answers a call about the one key that a group may have: it is shown when it is made, and never again. */
export async function adminKeyAnswer(group: string, call: GroupCall): Promise<Answer> {
  if (reads(call)) return valueAnswer(call, shown(keysOf(call.store.read(), group)[0]?.value))
  switch (call.method) {
    case 'POST':
    case 'PUT':
      return rotate(group, call)
    case 'DELETE':
      return write(call, (head) => {
        const [key] = keysOf(head, group)
        if (!key) throw notFound()
        head.delete('group_keys', key.id)
        return { status: 200, body: { value: { group, deleted: true } } }
      })
    default:
      return notSupported(call)
  }
}

/** The key is in the answer and never in the recorded one, which a repetition of the write gets. */
async function rotate(group: string, call: GroupCall): Promise<Answer> {
  const id = randomBytes(12).toString('hex')
  const key = `${GROUP_KEY_PREFIX}${id}-${randomBytes(32).toString('base64url')}`
  const now = Math.floor(Date.now() / 1000)
  const value = { id, group, hash: hashOf(key).toString('hex'), create_time: now, update_time: now }
  let made = false
  const answer = await write(call, (head) => {
    demandGroup(head, group)
    const replaced = keysOf(head, group)
    for (const old of replaced) head.delete('group_keys', old.id)
    head.put('group_keys', id, value)
    made = true
    return { status: replaced.length > 0 ? 200 : 201, body: { value: shown(value)! } }
  })
  return made && answer.status < 300 ? { ...answer, body: { value: { ...shown(value), key } } } : answer
}

/** Who shows this key; undefined where it is unknown, or its group is gone. */
export function readGroupKey(text: string, view: ReadView): Caller | undefined {
  const id = KEY.exec(text)?.[1]
  const stored = id === undefined ? undefined : view.get('group_keys', id)?.value
  if (!stored || !timingSafeEqual(hashOf(text), Buffer.from(String(stored.hash), 'hex'))) return undefined
  const group = String(stored.group)
  if (!isGroup(view, group)) return undefined
  return { name: `key of gateway group ${group}`, username: null, by: 'key', group, limits: [mayDoIn(group)] }
}

/** All that is in the group; not the group itself, nor its keys. */
function mayDoIn(group: string): readonly Statement[] {
  const name = `arn:api7:gateway:gatewaygroup/${group}`
  return [
    { resources: [name, `${name}/<.*>`], actions: ['gateway:<.*>'], effect: 'allow' },
    { resources: ['<.*>'], actions: OF_THE_GROUP_ITSELF, effect: 'deny' },
  ]
}

const OF_THE_GROUP_ITSELF = ['Create', 'Update', 'Delete']
  .map((verb) => `gateway:${verb}GatewayGroup`)
  .concat(['gateway:PutGatewayGroupAdminKey', 'gateway:DeleteGatewayGroupAdminKey', 'gateway:DeleteRevocation'])

function keysOf(view: ReadView | HeadView, group: string) {
  return view.list('group_keys').filter(({ value }) => value.group === group)
}

function shown(value: ResourceValue | undefined): ResourceValue | undefined {
  if (!value) return undefined
  const { hash: _, ...rest } = value
  return rest
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
