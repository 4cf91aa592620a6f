import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Scope } from '../backend.ts'
import type { ControlPlaneClient } from './control-plane-client.ts'

/** The gateway group that is always there. */
export const DEFAULT_GROUP = 'default'

/**
 * The id of the gateway group that is meant; undefined where the key knows its group by itself.
 *
 * @throws AntipodeError CONTROL_PLANE_REFUSED where there is no such group
 */
export async function groupId(
  client: ControlPlaneClient,
  { gatewayGroup }: Pick<Scope, 'gatewayGroup'>,
): Promise<string | undefined> {
  if (client.hasGroupKey) return undefined
  const query = new URLSearchParams({ search: gatewayGroup, name: gatewayGroup })
  const { body } = await client.expect('GET', `/api/gateway_groups?${query}`)
  const { list = [] } = body as { list?: { id: string; name?: string }[] }
  const group = list.find(({ name }) => name === gatewayGroup) ?? (list.length === 1 ? list[0] : undefined)
  if (group) return group.id
  const reason = `there is no gateway group ${JSON.stringify(gatewayGroup)}`
  throw new AntipodeError('CONTROL_PLANE_REFUSED', { call: 'GET /api/gateway_groups', reason })
}
