import type { StoredType } from '../model/resource.ts'
import type { HeadView } from './configuration-store.ts'

/** Removes a resource, and with a consumer its credentials, which are nothing without it. */
export function removeResource(head: HeadView, type: StoredType, id: string): void {
  head.delete(type, id)
  if (type !== 'consumers') return
  for (const credential of head.list('credentials')) {
    if (credential.id.startsWith(`${id}/`)) head.delete('credentials', credential.id)
  }
}
