import type { ResourceType } from '../../model/resource.ts'
import { isResourceType } from './resource-kinds.ts'

/** What a path below `/apisix/admin` names: a collection, a resource of it, or something within a resource. */
export interface ResourceAddress {
  readonly type: ResourceType
  /** What stands before the resource's own id: `jack/` of a credential, `vault/` of a secret; else empty. */
  readonly within: string
  /** As it stands in the path; undefined where the path names a collection. */
  readonly id: string | undefined
  readonly subPath: readonly string[]
}

/** @returns the address, or the step that names no collection */
export function readAddress(steps: readonly string[]): ResourceAddress | string {
  const [collection = '', id, third, fourth, ...rest] = steps
  if (collection === 'consumers' && id !== undefined && third === 'credentials') {
    return { type: 'credentials', within: `${id}/`, id: fourth, subPath: rest }
  }
  // Credentials are reached through their consumer.
  if (!isResourceType(collection) || collection === 'credentials') return collection
  if (collection === 'secrets') {
    const within = id === undefined ? '' : `${id}/`
    return { type: collection, within, id: third, subPath: steps.slice(3) }
  }
  return { type: collection, within: '', id, subPath: steps.slice(2) }
}

/** The id that a resource is stored under. */
export function storedId({ within }: ResourceAddress, id: string): string {
  return within + id
}

/** The id as it stands in the resource itself: that of a secret with its manager, as in APISIX. */
export function shownId({ type, within }: ResourceAddress, id: string): string {
  return type === 'secrets' ? within + id : id
}
