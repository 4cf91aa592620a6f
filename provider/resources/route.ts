import { route as schema } from '../../runtime/model/schemas/route.ts'
import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { isNull, type ValueObject } from '../framework/values.ts'
import { configurationResource } from './configuration-resource.ts'
import type { Reference } from './references.ts'
import { NODES, nodesAsList, upstreamReferences, upstreamTimes } from './upstream-attributes.ts'

const REFERENCES: readonly Reference[] = [
  { path: ['service_id'], to: 'services', noun: 'service' },
  { path: ['upstream_id'], to: 'upstreams', noun: 'upstream' },
  { path: ['plugin_config_id'], to: 'plugin_configs', noun: 'plugin config' },
  ...upstreamReferences(['upstream']),
]

export const route = configurationResource({
  collection: 'routes',
  noun: 'route',
  description:
    'Which requests go where: by path, host, method and more, to a service, an upstream, or a plugin that answers.',
  schema,
  // Lua, which this gateway does not run.
  omitted: ['filter_func', 'script', 'script_id', ...upstreamTimes('upstream.')],
  secrets: ['upstream.tls.client_key'],
  instead: { 'upstream.nodes': NODES },
  references: REFERENCES,
  idDescription: 'The id of the route. Default: made from the names of its service and its own, as ADC makes it.',
  idOf: idInService,
  fromStored: ({ upstream, ...value }) => ({
    ...value,
    ...(upstream !== undefined && { upstream: nodesAsList(upstream) }),
  }),
})

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
