import { isDeepStrictEqual } from 'node:util'
import type { Access } from '../../model/permission-policy.ts'
import type { StoredResource } from '../../model/resource.ts'
import { type ConfigurationStore, type HeadView, type Origin, type ReadView, Refusal } from '../configuration-store.ts'
import { accessTo, resetPassword } from './access.ts'
import { type Caller, isAdministrator, mayDo } from './caller.ts'

/** A resource as it was before a write, or where there was none. */
type Touched = StoredResource | Pick<StoredResource, 'type' | 'id'>

/**
 * The store as one caller may use it: it shows what they may read, refuses what they may not write, and says in the
 * audit log that it was them. Writes are judged by what they really change, together with the change, so that neither
 * a body nor another write at the same moment can make a write something else than what was allowed. It holds every
 * gateway group; see `storeOfGroup`.
 */
export function authorisedStore(store: ConfigurationStore, caller: Caller, origin: Origin): ConfigurationStore {
  const free = isAdministrator(caller)
  return {
    region: store.region,
    state: () => store.state(),
    findWrite: (id) => store.findWrite(id),
    read: () => (free ? store.read() : readableView(store.read(), caller)),
    write: (id, apply) => {
      if (free) return store.write(id, apply, origin)
      return store.write(
        id,
        (head) => {
          const touched = new Map<string, Touched>()
          const outcome = apply(watch(head, touched))
          for (const before of touched.values()) demandChange(caller, before, head)
          return outcome
        },
        origin,
      )
    },
  }
}

/** @throws Refusal 403 where the caller may not do this */
export function demand(caller: Caller, access: Access): void {
  if (mayDo(caller, access)) return
  const [resource] = access.resources
  throw new Refusal(403, { error_msg: `${caller.name} is not allowed ${access.action} on ${resource}` })
}

export function readableView(view: ReadView, caller: Caller): ReadView {
  return {
    get: (type, id) => {
      const stored = view.get(type, id)
      // What is not there is refused as it would be if it were there.
      if (!stored || !isOwnToken(caller, stored)) {
        demand(caller, accessTo('Get', stored ?? { type, id, value: {} }, view))
      }
      return stored
    },
    list: (type) =>
      view.list(type).filter((stored) => isOwnToken(caller, stored) || mayDo(caller, accessTo('Get', stored, view))),
  }
}

/** Notes each resource that is changed as it was before. */
function watch(head: HeadView, touched: Map<string, Touched>): HeadView {
  const note = (type: StoredResource['type'], id: string) => {
    const key = `${type}/${id}`
    if (!touched.has(key)) touched.set(key, head.get(type, id) ?? { type, id })
  }
  return {
    get: (type, id) => head.get(type, id),
    list: (type) => head.list(type),
    nextId: () => head.nextId(),
    put: (type, id, value, expiresAt) => {
      note(type, id)
      return head.put(type, id, value, expiresAt)
    },
    delete: (type, id) => {
      note(type, id)
      head.delete(type, id)
    },
  }
}

/** An update must be allowed on the resource as it was and as it becomes, or labels could be changed to get at it. */
function demandChange(caller: Caller, before: Touched, head: HeadView): void {
  const after = head.get(before.type, before.id)
  const was = 'value' in before ? before : undefined
  const states = [was, after].filter((state) => state !== undefined)
  if (states.length > 0 && states.every((state) => isOwnToken(caller, state))) return
  const verb = was ? (after ? 'Update' : 'Delete') : 'Create'
  for (const state of states) demand(caller, accessTo(verb, state, head))
  if (was && after?.type === 'users' && !isDeepStrictEqual(after.value.password, was.value.password)) {
    demand(caller, resetPassword(after.id))
  }
}

/** Everybody may see, make and revoke their own tokens; a token may not do it for them. */
function isOwnToken({ by, username }: Caller, { type, value }: StoredResource): boolean {
  return type === 'tokens' && by === 'session' && username !== null && value.owner === username
}
