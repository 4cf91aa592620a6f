import { kindOf, type ResourceValue, type StoredResource, type StoredType } from '../../model/resource.ts'

/** The etcd key APISIX shows for a resource, the same in every gateway group. */
export function keyOf(type: StoredType, id: string): string {
  const kind = kindOf(type)
  if (kind !== 'credentials') return `/apisix/${kind}/${id}`
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
  if (kindOf(type) !== 'ssls') return value
  const { key: _key, keys: _keys, ...shown } = value
  return shown
}
