import { ADC_COLLECTIONS } from '../../../runtime/model/adc/index.ts'
import type { AdminRequest } from '../backend.ts'
import type { Change } from '../compare/change.ts'
import { ADMIN } from './fetcher.ts'
import { serviceUpstream, toApisix } from './transformer.ts'

/** What carries a change out, in ADC's order: a service's own upstream stands before it and goes after it. */
export function apisixRequests(change: Change): AdminRequest[] {
  if (change.type === 'service') return serviceRequests(change)
  const path = pathOf(change)
  return change.operation === 'delete'
    ? [{ method: 'DELETE', path }]
    : [{ method: 'PUT', path, body: toApisix(change.local) }]
}

function serviceRequests(change: Extract<Change, unknown>): AdminRequest[] {
  const path = pathOf(change)
  const upstreamPath = `${ADMIN}/upstreams/${change.id}`
  const removeUpstream: AdminRequest = { method: 'DELETE', path: upstreamPath }
  if (change.operation === 'delete') {
    const ownsUpstream = change.remote.upstreamId === change.id
    return [{ method: 'DELETE', path }, ...(ownsUpstream ? [removeUpstream] : [])]
  }
  const { local } = change
  const putService: AdminRequest = { method: 'PUT', path, body: toApisix(local) }
  const putUpstream: AdminRequest[] = local.value.upstream
    ? [{ method: 'PUT', path: upstreamPath, body: serviceUpstream(local) }]
    : []
  if (change.operation === 'create') return [...putUpstream, putService]

  const ownsUpstream = change.remote.upstreamId === change.id
  const ofUpstream = (path: string) => path === 'upstream' || path.startsWith('upstream.')
  const upstreamChanged = change.differences.some((difference) => ofUpstream(difference.path))
  const refersElsewhere = local.value.upstream !== undefined && !ownsUpstream
  const serviceChanged = change.differences.some((difference) => !ofUpstream(difference.path))
  if (!local.value.upstream && ownsUpstream) return [putService, removeUpstream]
  return [
    ...(upstreamChanged || refersElsewhere ? putUpstream : []),
    ...(serviceChanged || refersElsewhere || (upstreamChanged && !local.value.upstream) ? [putService] : []),
  ]
}

function pathOf({ type, id, parentId }: Change): string {
  return type === 'consumer_credential'
    ? `${ADMIN}/consumers/${encodeURIComponent(String(parentId))}/credentials/${id}`
    : `${ADMIN}/${ADC_COLLECTIONS[type]}/${encodeURIComponent(id)}`
}
