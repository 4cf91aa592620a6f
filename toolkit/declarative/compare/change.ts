import type { AdcResource, AdcType } from '../../../runtime/model/adc/index.ts'
import type { Difference } from './differences.ts'

export type Operation = 'create' | 'update' | 'delete'

/** A resource as a control plane holds it. */
export interface RemoteResource extends AdcResource {
  /** Of a service: the upstream it refers to, when it does so by id. */
  readonly upstreamId?: string
}

/** What would make one resource of a control plane equal to the files. */
export type Change = {
  readonly type: AdcType
  readonly id: string
  readonly name: string
  readonly parentId?: string
} & (
  | { readonly operation: 'create'; readonly local: AdcResource }
  | {
      readonly operation: 'update'
      readonly local: AdcResource
      readonly remote: RemoteResource
      readonly differences: readonly Difference[]
    }
  | { readonly operation: 'delete'; readonly remote: RemoteResource }
)

/**
 * The order in which ADC carries changes out: what refers to others is deleted before them and created after them, and
 * certificates are there before upstreams show them. Upstreams and consumer groups go later than with ADC, and groups
 * come earlier: while routes and consumers that refer to them have not been changed, a control plane refuses to delete
 * them, and to let a consumer into a group that is not there.
 */
const ORDER: readonly `${AdcType}.${Operation}`[] = [
  'route.delete',
  'stream_route.delete',
  'service.delete',
  'consumer.delete',
  'ssl.delete',
  'ssl.create',
  'ssl.update',
  'route.update',
  'stream_route.update',
  'service.update',
  'upstream.update',
  'upstream.delete',
  'consumer_group.create',
  'consumer_group.update',
  'consumer.update',
  'consumer_group.delete',
  'service.create',
  'route.create',
  'stream_route.create',
  'consumer.create',
  'upstream.create',
  'global_rule.delete',
  'global_rule.create',
  'global_rule.update',
  'plugin_metadata.delete',
  'plugin_metadata.create',
  'plugin_metadata.update',
  'consumer_credential.delete',
  'consumer_credential.create',
  'consumer_credential.update',
]

/** Changes in groups, one after the other; those within a group do not depend on each other. */
export function inOrder(changes: readonly Change[]): Change[][] {
  const groups = Map.groupBy(changes, ({ type, operation }) => ORDER.indexOf(`${type}.${operation}`))
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group)
}
