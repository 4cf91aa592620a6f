import { ADC_COLLECTIONS } from '../../../runtime/model/adc/index.ts'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { AdminRequest } from '../backend.ts'
import type { Change } from '../compare/change.ts'
import { ADMIN, withGroup } from './fetcher.ts'
import { type ServiceType, toApi7ee } from './transformer.ts'

/** What carries a change out. */
export function api7eeRequests(
  change: Change,
  group: string | undefined,
  typeOf: (serviceId: string) => ServiceType,
): AdminRequest[] {
  if (change.type === 'consumer_group') {
    const reason = 'consumer groups are unknown to the backend api7ee'
    throw new AntipodeError('CONTROL_PLANE_REFUSED', { call: `${change.operation} consumer group`, reason })
  }
  const path = withGroup(`${ADMIN}/${pathOf(change)}`, group)
  if (change.operation === 'delete') return [{ method: 'DELETE', path }]
  return [{ method: 'PUT', path, body: toApi7ee(change.local, typeOf(change.id)) }]
}

/** Without the deletion of what its service takes along. */
export function withoutCascades(changes: readonly Change[]): Change[] {
  const gone = new Set(
    changes.filter(({ type, operation }) => type === 'service' && operation === 'delete').map(({ id }) => id),
  )
  return changes.filter(({ operation, parentId }) => !(operation === 'delete' && parentId && gone.has(parentId)))
}

function pathOf({ type, id, parentId = '' }: Change): string {
  if (type === 'consumer_credential') return `consumers/${encodeURIComponent(parentId)}/credentials/${id}`
  if (type === 'upstream') return `services/${encodeURIComponent(parentId)}/upstreams/${id}`
  return `${ADC_COLLECTIONS[type]}/${encodeURIComponent(id)}`
}
