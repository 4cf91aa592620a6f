import { RESOURCE_TYPES, type ResourceType } from '../../model/resource.ts'

export const WRITING_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
export type WritingMethod = (typeof WRITING_METHODS)[number]

export interface ResourceKind {
  /** As error texts name one of them. */
  readonly kind: string
  readonly writing: readonly WritingMethod[]
  /** Fields that `filter=` on the list looks at. */
  readonly filterFields: readonly string[]
}

/** What the Admin API offers for each collection. Reading works on all. */
export const RESOURCE_KINDS: Readonly<Record<ResourceType, ResourceKind>> = {
  routes: { kind: 'route', writing: WRITING_METHODS, filterFields: ['service_id', 'upstream_id'] },
  services: { kind: 'service', writing: WRITING_METHODS, filterFields: [] },
  upstreams: { kind: 'upstream', writing: WRITING_METHODS, filterFields: [] },
  consumers: { kind: 'consumer', writing: ['PUT', 'DELETE'], filterFields: [] },
}

export function isResourceType(name: string): name is ResourceType {
  return (RESOURCE_TYPES as readonly string[]).includes(name)
}
