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

/**
 * What data planes are given: the configuration, and the environment variables of their gateway group, each under its
 * name as `{value, secret?}`.
 */
export const PUBLISHED_TYPES = [...RESOURCE_TYPES, 'variables'] as const
export type PublishedType = (typeof PUBLISHED_TYPES)[number]

/** Who may call the control plane, and what they may do. */
export const IDENTITY_TYPES = ['users', 'roles', 'permission_policies', 'tokens'] as const
export type IdentityType = (typeof IDENTITY_TYPES)[number]

/**
 * What control planes keep for themselves, beside the configuration, so that it is on every one of a lineage and lasts
 * as long. Data planes are never given it, and it is no part of the configuration's hash. What belongs to one gateway
 * group alone, as a service registry does, has the id `<group>/<id>`.
 */
export const INTERNAL_TYPES = [
  ...IDENTITY_TYPES,
  'revocations',
  'gateway_groups',
  'group_keys',
  'service_registries',
  'promotions',
] as const
export type InternalType = (typeof INTERNAL_TYPES)[number]

/** The kinds of things that are stored. */
export const STORED_KINDS = [...PUBLISHED_TYPES, ...INTERNAL_TYPES] as const
export type StoredKind = PublishedType | InternalType

/**
 * The first half of the key that something is stored under. In the group `default` it is the kind alone, in any other
 * group `<kind>@<group>`: so a database from before there were groups holds the group `default`, and a control plane
 * from then, which passes over types it does not know, goes on with that group beside newer ones.
 */
export type StoredType = StoredKind | `${PublishedType}@${string}`

/** The gateway group that is always there, and meant where none is named. */
export const DEFAULT_GROUP = 'default'

/** What a group may be called: one step of a path, of a certificate's name and of a resource's name in a policy. */
export const GROUP_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const PUBLISHED: ReadonlySet<string> = new Set(PUBLISHED_TYPES)
const INTERNAL: ReadonlySet<string> = new Set(INTERNAL_TYPES)

/** Where a kind of a gateway group's configuration is stored. */
export function typeIn(group: string, kind: PublishedType): StoredType {
  return group === DEFAULT_GROUP ? kind : `${kind}@${group}`
}

/** The kind of what is stored under a type. */
export function kindOf(type: StoredType): StoredKind {
  const at = type.indexOf('@')
  return (at < 0 ? type : type.slice(0, at)) as StoredKind
}

/** The gateway group whose data planes are given it; null for what none is given, or what this release does not know. */
export function groupOf(type: StoredType): string | null {
  const at = type.indexOf('@')
  if (!PUBLISHED.has(at < 0 ? type : type.slice(0, at))) return null
  return at < 0 ? DEFAULT_GROUP : type.slice(at + 1)
}

/** Whether this release knows what is stored under a type. */
export function isKnown(type: string): type is StoredType {
  return INTERNAL.has(type) || groupOf(type as StoredType) !== null
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
