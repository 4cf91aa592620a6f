import type { RemoteResource } from '../compare/change.ts'
import { type AdminResponse, type ControlPlaneClient, refusal } from '../connection/control-plane-client.ts'
import { inParallel } from '../connection/in-parallel.ts'
import { type Body, fromApisix, inService, SERVICE_LABEL } from './transformer.ts'

interface Listed {
  readonly key: string
  readonly value: Body
}

export const ADMIN = '/apisix/admin'
/** Readings at once; writes have a limit of their own. */
const AT_ONCE = 32

/** Everything a control plane holds that files can describe; what they cannot is told to `note`. */
export async function fetchApisix(
  client: ControlPlaneClient,
  hasCredentials: boolean,
  note: (text: string) => void,
): Promise<RemoteResource[]> {
  const list = async (collection: string) => listed(client, `${ADMIN}/${collection}`)
  const [services, routes, upstreams, ssls, consumers, globalRules, pluginMetadata, streamRoutes, consumerGroups] =
    await Promise.all([
      ...[list('services'), list('routes'), list('upstreams'), list('ssls'), list('consumers')],
      ...[list('global_rules'), list('plugin_metadata'), listedIfOffered(client, `${ADMIN}/stream_routes`)],
      listedIfOffered(client, `${ADMIN}/consumer_groups`),
    ])
  const usernames = hasCredentials ? values(consumers).map(({ username }) => String(username)) : []
  const credentials = await inParallel(usernames, AT_ONCE, async (username) => {
    const found = await credentialsOf(client, username)
    return values(found).map((value) => ({ username, value }))
  })
  tellOutsiders(values(routes), values(upstreams), values(services), note)
  return fromApisix({
    services: values(services),
    routes: values(routes),
    stream_routes: values(streamRoutes),
    upstreams: values(upstreams),
    ssls: values(ssls),
    consumers: values(consumers),
    consumer_groups: values(consumerGroups),
    global_rules: values(globalRules),
    plugin_metadata: (pluginMetadata ?? []).map(({ key, value }) => ({ name: key.split('/').at(-1)!, value })),
    credentials: credentials.flat(),
  })
}

async function listed(client: ControlPlaneClient, path: string): Promise<Listed[]> {
  return listIn(`GET ${path}`, await client.call('GET', path))
}

/** A control plane without that feature may refuse: it then has none. */
async function listedIfOffered(client: ControlPlaneClient, path: string): Promise<Listed[]> {
  const response = await client.call('GET', path)
  return response.status >= 400 && response.status < 500 ? [] : listIn(`GET ${path}`, response)
}

/** 404 says that the consumer has none. */
async function credentialsOf(client: ControlPlaneClient, username: string): Promise<Listed[]> {
  const path = `${ADMIN}/consumers/${encodeURIComponent(username)}/credentials`
  const response = await client.call('GET', path)
  return response.status === 404 ? [] : listIn(`GET ${path}`, response)
}

function listIn(call: string, response: AdminResponse): Listed[] {
  const { list } = (response.body ?? {}) as { list?: unknown }
  // A server that knows no lists yet may answer with an empty object in their place.
  if (response.status < 300 && list !== undefined) return Array.isArray(list) ? (list as Listed[]) : []
  throw refusal(call, response)
}

function values(list: readonly Listed[] | undefined): Body[] {
  return (list ?? []).map(({ value }) => value)
}

function tellOutsiders(
  routes: readonly Body[],
  upstreams: readonly Body[],
  services: readonly Body[],
  note: (text: string) => void,
): void {
  const lone = routes.filter((route) => !inService(route)).length
  if (lone > 0) note(`${lone} ${lone === 1 ? 'route has' : 'routes have'} no service; files cannot describe them`)
  const used = new Set(services.map(({ upstream_id }) => String(upstream_id)))
  const shared = upstreams.filter(
    ({ id, labels }) => !used.has(String(id)) && !Object.hasOwn((labels as object | undefined) ?? {}, SERVICE_LABEL),
  ).length
  if (shared > 0)
    note(
      `${shared} ${shared === 1 ? 'upstream belongs' : 'upstreams belong'} to no service; files cannot describe them`,
    )
}
