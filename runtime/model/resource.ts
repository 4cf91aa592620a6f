/** The collections of the Admin API that hold configuration, named as in its paths. */
export const RESOURCE_TYPES = ['routes', 'services', 'upstreams', 'consumers'] as const
export type ResourceType = (typeof RESOURCE_TYPES)[number]

/** A resource's body as the client sent it, with `id`, `create_time` and `update_time` set by the control plane. */
export type ResourceValue = Readonly<Record<string, unknown>>

/** A resource as the control plane stores it. Indexes count changes of the whole store, as etcd's revisions do. */
export interface StoredResource {
  readonly type: ResourceType
  readonly id: string
  readonly value: ResourceValue
  readonly createdIndex: number
  readonly modifiedIndex: number
}
