import type { GatewayClient } from '../admin-api/gateway-client.ts'
import type { Attribute, Attributes } from '../framework/schema.ts'
import { isNull, type Value, type ValueObject } from '../framework/values.ts'

const GROUP: Attribute = {
  description:
    'The id of the gateway group that it belongs to. Another one means another resource. Default: the `gateway_group` of the provider.',
  ...{ type: 'string', presence: 'optional' },
}

/** Says where something is, where that is not the group of the provider. */
export const IN_GROUP: Attributes = { gateway_group: GROUP }

/** The configuration that a resource is part of; undefined while that is not known. */
export function groupOf(client: GatewayClient, { gateway_group }: ValueObject): GatewayClient
export function groupOf(client: GatewayClient | undefined, values: ValueObject): GatewayClient | undefined
export function groupOf(client: GatewayClient | undefined, { gateway_group = null }: ValueObject) {
  if (isNull(gateway_group)) return client
  return typeof gateway_group === 'string' ? client?.in(gateway_group) : undefined
}

/**
 * Whether a change is one to another group: that of the provider may also be written out. Where nobody knows that one yet,
 * whatever is written otherwise counts as another.
 */
export function leavesGroup(client: GatewayClient | undefined, prior: ValueObject, planned: ValueObject): boolean {
  const nameOf = (group: Value | undefined) => (isNull(group) ? client?.group : group)
  return nameOf(prior.gateway_group) !== nameOf(planned.gateway_group)
}

/**
 * An id as somebody gives it for an import: `<id>`, or `<group>/<id>`.
 *
 * @param steps how many the id itself has, such as 2 in `vault/main`
 */
export function importedFrom(id: string, steps = 1): { readonly id: string; readonly in: ValueObject } {
  const [group = '', ...own] = id.split('/')
  return own.length === steps ? { id: own.join('/'), in: { gateway_group: group } } : { id, in: {} }
}
