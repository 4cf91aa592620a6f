import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { isNull, type ValueObject } from '../framework/values.ts'

/**
 * ADC names a route within its service. Of a service that is not there yet only Terraform will know the name, and so the
 * id is made when the route is applied.
 */
export async function idInService(
  { name = null, service_id = null }: ValueObject,
  client: GatewayClient | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (typeof name !== 'string') return undefined
  if (isNull(service_id)) return idOfName(name)
  if (typeof service_id !== 'string' || !client) return undefined
  const service = await client.find('services', service_id, signal)
  return service && idOfName(`${String(service.name ?? service_id)}.${name}`)
}

/** Why no id can be made so. */
export function nameIsDue({ name = null }: ValueObject): string | undefined {
  return isNull(name) ? 'It is made of the name: give one, or an id.' : undefined
}
