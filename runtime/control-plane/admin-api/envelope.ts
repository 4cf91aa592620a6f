import type { ResourceValue, StoredResource, StoredType } from '../../model/resource.ts'

/** The etcd key APISIX shows for a resource. */
export function keyOf(type: StoredType, id: string): string {
  if (type !== 'credentials') return `/apisix/${type}/${id}`
  const at = id.indexOf('/')
  return `/apisix/consumers/${id.slice(0, at)}/credentials/${id.slice(at + 1)}`
}

/** One resource, read. */
export function readEnvelope({ type, id, value, createdIndex, modifiedIndex }: StoredResource) {
  return { key: keyOf(type, id), value: shownValue(type, value), createdIndex, modifiedIndex }
}

/** One resource, written. */
export function writtenEnvelope(type: StoredType, id: string, value: ResourceValue) {
  return { key: keyOf(type, id), value: shownValue(type, value) }
}

/** One resource, deleted. */
export function deletedEnvelope(type: StoredType, id: string) {
  return { deleted: '1', key: keyOf(type, id) }
}

/** Private keys go in and never come out again. */
function shownValue(type: StoredType, value: ResourceValue): ResourceValue {
  if (type !== 'ssls') return value
  const { key: _key, keys: _keys, ...shown } = value
  return shown
}
