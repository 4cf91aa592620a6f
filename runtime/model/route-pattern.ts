import { AddressSet } from './address-set.ts'
import type { ResourceValue } from './resource.ts'
import type { RoutePattern } from './route-matcher.ts'
import { compileExpression } from './variable-expression.ts'

/**
 * The conditions of a route resource, ready for matching.
 *
 * @param hosts the hosts of the route's service, used when the route names none
 * @returns undefined for a route that is switched off (`status: 0`)
 * @throws Error that says what cannot be understood, with its property
 */
export function routePattern<T>(
  route: ResourceValue,
  hosts: readonly string[] | undefined,
  target: T,
): RoutePattern<T> | undefined {
  if (route.status === 0) return undefined
  if (route.filter_func !== undefined) throw new Error('filter_func: Lua is not run here; use vars')
  const methods = texts(route, 'methods', 'methods')
  const addresses = texts(route, 'remote_addrs', 'remote_addr')
  const uris = texts(route, 'uris', 'uri')
  if (!uris) throw new Error('uri: a route needs uri or uris')
  return {
    target,
    uris,
    hosts: texts(route, 'hosts', 'host') ?? hosts ?? [],
    methods: methods && new Set(methods),
    remoteAddresses: addresses && within('remote_addrs', () => new AddressSet(addresses)),
    vars: route.vars === undefined ? undefined : within('vars', () => compileExpression(route.vars)),
    priority: typeof route.priority === 'number' ? route.priority : 0,
  }
}

/** APISIX lets many properties stand in the plural or, for one value, in the singular. */
function texts(value: ResourceValue, plural: string, singular: string): string[] | undefined {
  const found = value[plural] ?? value[singular]
  if (found === undefined) return undefined
  const list = Array.isArray(found) ? found : [found]
  return list.every((item) => typeof item === 'string') ? list : fail(`${plural}: expected text`)
}

function within<R>(property: string, compute: () => R): R {
  try {
    return compute()
  } catch (error) {
    return fail(`${property}: ${error instanceof Error ? error.message : error}`)
  }
}

function fail(message: string): never {
  throw new Error(message)
}
