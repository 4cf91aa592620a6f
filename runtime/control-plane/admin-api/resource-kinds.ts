import { RESOURCE_TYPES, type ResourceType } from '../../model/resource.ts'

export const WRITING_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
export type WritingMethod = (typeof WRITING_METHODS)[number]

export interface ResourceKind {
  /** As error texts name one of them. */
  readonly kind: string
  readonly writing: readonly WritingMethod[]
  /** Fields that `filter=` on the list looks at. */
  readonly filterFields: readonly string[]
  /** The field of the body that holds its id; null where the id stands in the path alone. */
  readonly idField: 'id' | 'username' | null
  /** Whether the control plane writes down when it was created and changed. */
  readonly dated: boolean
}

const ALL = { writing: WRITING_METHODS, filterFields: [], idField: 'id', dated: true } as const
const WITHOUT_POST = { ...ALL, writing: ['PUT', 'PATCH', 'DELETE'] } as const
const WITHOUT_PATCH = { ...ALL, writing: ['POST', 'PUT', 'DELETE'] } as const
const ONLY_PUT = { ...ALL, writing: ['PUT', 'DELETE'] } as const
const REFERENCES = ['service_id', 'upstream_id'] as const

/** What the Admin API offers for each collection. Reading works on all. */
export const RESOURCE_KINDS: Readonly<Record<ResourceType, ResourceKind>> = {
  routes: { ...ALL, kind: 'route', filterFields: REFERENCES },
  services: { ...ALL, kind: 'service' },
  upstreams: { ...ALL, kind: 'upstream' },
  consumers: { ...ONLY_PUT, kind: 'consumer', idField: 'username' },
  credentials: { ...ONLY_PUT, kind: 'credential' },
  ssls: { ...ALL, kind: 'ssl' },
  global_rules: { ...WITHOUT_POST, kind: 'global rule' },
  plugin_configs: { ...WITHOUT_POST, kind: 'plugin config' },
  consumer_groups: { ...WITHOUT_POST, kind: 'consumer group' },
  plugin_metadata: { ...ONLY_PUT, kind: 'plugin_metadata', idField: null, dated: false },
  stream_routes: { ...WITHOUT_PATCH, kind: 'stream route', filterFields: REFERENCES },
  protos: { ...WITHOUT_PATCH, kind: 'proto' },
  secrets: { ...WITHOUT_POST, kind: 'secret' },
}

export function isResourceType(name: string): name is ResourceType {
  return (RESOURCE_TYPES as readonly string[]).includes(name)
}

/** The name of a collection's schema: `route`, `global_rule`. */
export function schemaName(type: ResourceType): string {
  return RESOURCE_KINDS[type].kind.replaceAll(' ', '_')
}
