import type { Labels } from '../../../runtime/model/adc/index.ts'
import type { Body } from '../apisix/transformer.ts'
import type { RemoteResource } from '../compare/change.ts'
import type { ControlPlaneClient } from '../connection/control-plane-client.ts'
import { inParallel } from '../connection/in-parallel.ts'
import {
  remoteConsumer,
  remoteCredential,
  remoteGlobalRules,
  remoteRoute,
  remoteService,
  remoteSsl,
  remoteStreamRoute,
  remoteUpstream,
} from './transformer.ts'

export const ADMIN = '/apisix/admin'
/** Readings at once; writes have a limit of their own. */
const AT_ONCE = 32

/** Everything that a gateway group holds; a label selector is the control plane's to apply. */
export async function fetchApi7ee(
  client: ControlPlaneClient,
  group: string | undefined,
  selector: Labels,
): Promise<RemoteResource[]> {
  const list = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<Body[]> => {
    const { body } = await client.expect('GET', withGroup(`${ADMIN}/${path}`, group, query))
    return ((body as { list?: Body[] }).list ?? []) as Body[]
  }
  const labels = Object.fromEntries(Object.entries(selector).map(([key, value]) => [`labels[${key}]`, value]))
  const [services, consumers, ssls, globalRules, metadata] = await Promise.all([
    ...[list('services', labels), list('consumers', labels), list('ssls', labels), list('global_rules')],
    client.expect('GET', withGroup(`${ADMIN}/plugin_metadata`, group)).then(({ body }) => [body as Body]),
  ])
  const inServices = await inParallel(services ?? [], AT_ONCE, async (service) => {
    const id = String(service.service_id ?? service.id)
    const isStream = service.type === 'stream'
    const [routes, upstreams] = await Promise.all([
      list(isStream ? 'stream_routes' : 'routes', { service_id: id }),
      list(`services/${encodeURIComponent(id)}/upstreams`),
    ])
    return [...routes.map(isStream ? remoteStreamRoute : remoteRoute), ...upstreams.map(remoteUpstream(id))]
  })
  const credentials = await inParallel(consumers ?? [], AT_ONCE, async ({ username }) => {
    const found = await list(`consumers/${encodeURIComponent(String(username))}/credentials`)
    return found.map(remoteCredential(String(username)))
  })
  return [
    ...(services ?? []).map(remoteService),
    ...inServices.flat(),
    ...(consumers ?? []).map(remoteConsumer),
    ...credentials.flat(),
    ...(ssls ?? []).map(remoteSsl),
    ...(globalRules ?? []).flatMap(remoteGlobalRules),
    ...Object.entries((metadata?.[0]?.value ?? {}) as Record<string, Body>).map(([name, value]) => ({
      ...{ type: 'plugin_metadata' as const, id: name, name, value },
    })),
  ]
}

/** A key of a gateway group knows its group, and names none. */
export function withGroup(
  path: string,
  group: string | undefined,
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams({ ...(group === undefined ? {} : { gateway_group_id: group }), ...query })
  return search.size > 0 ? `${path}?${search}` : path
}
