import { kindOf, type StoredType } from '../model/resource.ts'
import type { HeadView } from './configuration-store.ts'
import { besideType } from './groups/group-store.ts'

/** Removes a resource, and with a consumer its credentials, which are nothing without it. */
export function removeResource(head: HeadView, type: StoredType, id: string): void {
  head.delete(type, id)
  if (kindOf(type) !== 'consumers') return
  const credentials = besideType(type, 'credentials')
  for (const credential of head.list(credentials)) {
    if (credential.id.startsWith(`${id}/`)) head.delete(credentials, credential.id)
  }
}
