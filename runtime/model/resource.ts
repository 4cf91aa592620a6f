/**
 * The collections of the Admin API that hold configuration, named as in its paths. An id is one step of a path, but
 * that of a credential is `<username>/<id>`, that of a secret `<manager>/<id>`, and that of plugin metadata the plugin.
 */
export const RESOURCE_TYPES = [
  'routes',
  'services',
  'upstreams',
  'consumers',
  'credentials',
  'ssls',
  'global_rules',
  'plugin_configs',
  'consumer_groups',
  'plugin_metadata',
  'stream_routes',
  'protos',
  'secrets',
] as const
export type ResourceType = (typeof RESOURCE_TYPES)[number]

/** Who may call the control plane, and what they may do. */
export const IDENTITY_TYPES = ['users', 'roles', 'permission_policies', 'tokens'] as const
export type IdentityType = (typeof IDENTITY_TYPES)[number]

/**
 * What control planes keep for themselves, beside the configuration, so that it is on every one of a lineage and lasts
 * as long. Data planes are never given it, and it is no part of the configuration's hash.
 */
export const INTERNAL_TYPES = [...IDENTITY_TYPES, 'revocations'] as const

/** Everything that is stored. */
export type StoredType = ResourceType | (typeof INTERNAL_TYPES)[number]

/** Whether data planes are given resources of this type. */
export function isPublished(type: StoredType): type is ResourceType {
  return !(INTERNAL_TYPES as readonly string[]).includes(type)
}

/** A resource's body as the client sent it, with `id`, `create_time` and `update_time` set by the control plane. */
export type ResourceValue = Readonly<Record<string, unknown>>

/** A resource as the control plane stores it. Indexes count changes of the whole store, as etcd's revisions do. */
export interface StoredResource {
  readonly type: StoredType
  readonly id: string
  readonly value: ResourceValue
  readonly createdIndex: number
  readonly modifiedIndex: number
  /** When it is removed by itself, in milliseconds since 1970; null for never. */
  readonly expiresAt: number | null
}
