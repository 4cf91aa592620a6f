import type { GatewayClient } from '../admin-api/gateway-client.ts'
import type { JsonObject } from '../framework/values.ts'
import { gatewayGroup, permissionPolicy, role } from '../resources/accounts.ts'
import { configurationDataSource } from './configuration-data-source.ts'

/** All of a kind below `/api`. */
const listOf = (collection: string) => async (client: GatewayClient, signal: AbortSignal) => {
  const found = (await client.admin.get(`/api/${collection}`, signal)) as { list: readonly JsonObject[] } | undefined
  return (found?.list ?? []).map((value) => ({ id: String(value.id), value }))
}

export const groupByName = configurationDataSource(gatewayGroup, {
  ...{ collection: listOf('gateway_groups'), noun: 'gateway group', name: 'name' },
})

export const roleByName = configurationDataSource(role, { collection: listOf('roles'), noun: 'role', name: 'name' })

export const policyByName = configurationDataSource(permissionPolicy, {
  ...{ collection: listOf('permission_policies'), noun: 'permission policy', name: 'name' },
})
