import { nearestTo } from '../../runtime/model/nearest-word.ts'
import { instanceClasses } from '../instance-classes.ts'
import type { Check } from './check.ts'

/** A class that AWS does not offer is refused there in the middle of an apply. */
export const instanceClass: Check = ({ database }) => {
  const { kind, instanceClass: received } = database ?? {}
  if (kind === undefined || !received) return []
  const offered = instanceClasses(kind)
  if (offered.includes(received)) return []
  const who = kind === 'instance' ? 'RDS for PostgreSQL' : 'an Aurora Global Database'
  const text = `'${received}' is not offered by ${who}; did you mean ${nearestTo(received, offered)}?`
  return [{ path: 'database.instanceClass', text }]
}
