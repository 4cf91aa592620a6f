import type { ResourceType, ResourceValue, StoredResource } from '../../model/resource.ts'

/** The etcd key APISIX shows for a resource. */
export function keyOf(type: ResourceType, id: string): string {
  return `/apisix/${type}/${id}`
}

/** One resource, read. */
export function readEnvelope({ type, id, value, createdIndex, modifiedIndex }: StoredResource) {
  return { key: keyOf(type, id), value, createdIndex, modifiedIndex }
}

/** One resource, written. */
export function writtenEnvelope(type: ResourceType, id: string, value: ResourceValue) {
  return { key: keyOf(type, id), value }
}

/** One resource, deleted. */
export function deletedEnvelope(type: ResourceType, id: string) {
  return { deleted: '1', key: keyOf(type, id) }
}
