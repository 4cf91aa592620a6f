import {
  DEFAULT_GROUP,
  groupOf,
  PUBLISHED_TYPES,
  type PublishedType,
  type StoredType,
  typeIn,
} from '../../model/resource.ts'
import { type ConfigurationStore, type HeadView, type ReadView, Refusal } from '../configuration-store.ts'

/** Whether there is such a gateway group. */
export function isGroup(view: ReadView, group: string): boolean {
  return group === DEFAULT_GROUP || view.get('gateway_groups', group) !== undefined
}

/** @throws Refusal 404 where there is no such gateway group */
export function demandGroup(view: ReadView, group: string): void {
  if (!isGroup(view, group)) throw new Refusal(404, { error_msg: `gateway group ${group} not found` })
}

/**
 * What one gateway group holds, under the types of the Admin API: `routes` are that group's routes. What belongs to no
 * group, such as users, is seen as it is.
 */
export function viewOfGroup(view: ReadView, group: string): ReadView {
  if (group === DEFAULT_GROUP) return view
  return {
    get: (type, id) => view.get(within(group, type), id),
    list: (type) => view.list(within(group, type)),
  }
}

/** The same for a write. */
export function headOfGroup(head: HeadView, group: string): HeadView {
  if (group === DEFAULT_GROUP) return head
  return {
    ...viewOfGroup(head, group),
    nextId: () => head.nextId(),
    put: (type, id, value, expiresAt) => head.put(within(group, type), id, value, expiresAt),
    delete: (type, id) => head.delete(within(group, type), id),
  }
}

/**
 * The store as it is for one gateway group. Every use of it is refused with 404 where there is no such group; a write is
 * judged by what it finds when it is applied, so that nothing is left behind in a group that is just being deleted.
 *
 * @param store as a caller may use it
 * @param whole the same without a caller, who need not be allowed to see the group itself
 */
export function storeOfGroup(
  store: ConfigurationStore,
  group: string,
  whole: Pick<ConfigurationStore, 'read'>,
): ConfigurationStore {
  if (group === DEFAULT_GROUP) return store
  return {
    region: store.region,
    state: () => store.state(),
    findWrite: (id) => store.findWrite(id),
    read: () => {
      demandGroup(whole.read(), group)
      return viewOfGroup(store.read(), group)
    },
    write: (id, apply, origin) =>
      store.write(
        id,
        (head) => {
          demandGroup(head, group)
          return apply(headOfGroup(head, group))
        },
        origin,
      ),
  }
}

const PUBLISHED: ReadonlySet<string> = new Set(PUBLISHED_TYPES)

/** A type that names a group keeps it. */
function within(group: string, type: StoredType): StoredType {
  return PUBLISHED.has(type) ? typeIn(group, type as PublishedType) : type
}

/** The type of what else belongs to the same group as something does. */
export function besideType(type: StoredType, kind: PublishedType): StoredType {
  return typeIn(groupOf(type) ?? DEFAULT_GROUP, kind)
}
