import type { RouteRequest } from '../../runtime/model/route-matcher.ts'
import { FunctionRefused, type ProviderFunction } from '../framework/provider.ts'
import { type JsonObject, toJson } from '../framework/values.ts'

export const match: ProviderFunction = {
  summary: 'Whether a route takes a request',
  description:
    'Matches as the gateway does: `provider::antipode::match(antipode_route.list, { path = "/orders/7" })`. A request has `path`, and may have `method` (default `GET`), `host`, `remote_addr`, `headers` and `args`, the arguments of its query. Host names of the service of a route are not looked at.',
  parameters: [
    { name: 'route', type: 'dynamic', description: 'A route: a resource, or an object with its arguments.' },
    { name: 'request', type: 'dynamic', description: 'The request.' },
  ],
  returns: 'bool',
  async call(route, request) {
    const [{ RouteMatcher }, { routePattern }] = await Promise.all([
      import('../../runtime/model/route-matcher.ts'),
      import('../../runtime/model/route-pattern.ts'),
    ])
    const written = toJson(route) as JsonObject
    if (typeof written !== 'object') throw new FunctionRefused('a route is an object', 0)
    // What is not written is null in a resource, and missing in the Admin API.
    const fields = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null))
    try {
      const pattern = routePattern(fields, undefined, true)
      return (
        pattern !== undefined &&
        new RouteMatcher([pattern]).match(requestOf(toJson(request) as JsonObject)) !== undefined
      )
    } catch (error) {
      if (error instanceof FunctionRefused) throw error
      throw new FunctionRefused(error instanceof Error ? error.message : String(error), 0)
    }
  },
}

function requestOf({
  path,
  method = 'GET',
  host = '',
  remote_addr = '',
  headers = {},
  args = {},
}: JsonObject): RouteRequest {
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw new FunctionRefused('a request has a path, such as "/orders"', 1)
  const hostWithPort = String(host).toLowerCase()
  const named: Record<string, unknown> = { request_method: method, uri: path, host, remote_addr }
  for (const [name, value] of Object.entries(headers as JsonObject)) named[`http_${underscored(name)}`] = value
  for (const [name, value] of Object.entries(args as JsonObject)) named[`arg_${name}`] = value
  return {
    ...{ method: String(method), path, hostWithPort, host: hostWithPort.replace(/:\d+$/, '') },
    ...{ remoteAddress: String(remote_addr), variable: (name) => named[name] },
  }
}

function underscored(header: string): string {
  return header.toLowerCase().replaceAll('-', '_')
}
