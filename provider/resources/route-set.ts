import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { type Problem, Refused } from '../framework/problem.ts'
import { Incomplete, type Resource } from '../framework/provider.ts'
import type { Attributes } from '../framework/schema.ts'
import {
  Dynamic,
  isNull,
  isObject,
  isSame,
  isWhollyKnown,
  type JsonObject,
  toDynamic,
  toJson,
  UNKNOWN,
  type Value,
  type ValueObject,
} from '../framework/values.ts'
import { groupOf, IN_GROUP, importedFrom, leavesGroup } from './gateway-group.ts'
import { checkReferences } from './references.ts'

const attributes: Attributes = {
  id: { description: 'The name of the set.', type: 'string', presence: 'computed' },
  name: {
    description: 'The name of the set. Another one means other routes, since their ids are made of it.',
    ...{ type: 'string', presence: 'required', replaces: true },
  },
  ...IN_GROUP,
  service_id: {
    description: 'The service of every route of the set that names none itself.',
    ...{ type: 'string', presence: 'optional' },
  },
  routes: {
    description:
      'Routes by a key that stays the same, each as the Admin API has it: `uris`, `methods`, `plugins` and so on. `name` is the key where none is given, `id` is made of the names of the set and the key.',
    ...{ type: 'dynamic', presence: 'required' },
  },
}

type Routes = Readonly<Record<string, JsonObject>>

/**
 * Many routes as one resource. Terraform's own cost is per resource, so that a thousand routes are planned in a third of the
 * time, at the price of a plan that shows them as one.
 */
export const routeSet: Resource<GatewayClient> = {
  schema: {
    description:
      'Many routes as one resource: for hundreds of routes that one team keeps together. A plan of one `antipode_route_set` costs a fraction of what as many `antipode_route` cost; separate resources are easier to review and to refer to.',
    attributes,
  },
  validate: ({ routes = null }) => (isNull(routes) || !isWhollyKnown(routes) ? [] : shapeProblems(routes)),

  replaces: (client, prior, planned) => (leavesGroup(client, prior, planned) ? ['gateway_group'] : []),

  async plan(ofProvider, { prior, planned, config }, { signal }) {
    const client = groupOf(ofProvider, config)
    const complete = { ...planned, id: planned.name ?? UNKNOWN }
    if (!client || !isWhollyKnown(config.routes ?? null) || !isWhollyKnown(config.name ?? null)) return complete
    const problems = await checkReferences(
      client,
      [{ path: ['service_id'], to: 'services', noun: 'service' }],
      config,
      signal,
    )
    const isAsItWas = prior !== null && prior.routes === planned.routes
    const changed = isAsItWas ? [] : changedRoutes(prior && routesOf(prior), routesOf(planned))
    const bodies = changed.map(([key, route]) => bodyOf(planned, key, route))
    const complaints = bodies.length > 0 ? await client.validate('routes', bodies, signal) : new Map<number, string>()
    for (const [index, complaint] of complaints) {
      const [key = ''] = changed[index] ?? []
      problems.push({
        severity: 'error',
        summary: `The control plane would refuse the route ${JSON.stringify(key)}`,
        detail: `${complaint}.`,
        path: ['routes'],
      })
    }
    if (problems.length > 0) throw new Refused(problems)
    for (const body of bodies) client.planned.keep('routes', String(body.id), body as Value)
    return complete
  },

  async read(client, state, { signal, warn }) {
    const stored = new Map((await groupOf(client, state).list('routes', signal)).map(({ id, value }) => [id, value]))
    if (isNull(state.routes)) return adopt(state, stored)
    const before = routesOf(state)
    const found = Object.entries(before).flatMap(([key, route]) => {
      const id = idOf(state, key, route)
      const value = stored.get(id)
      return value ? [[key, asWritten(bodyOf(state, key, route, id), route, value)] as const] : []
    })
    if (found.length === 0 && Object.keys(before).length > 0) {
      const summary = `Every route of the set ${String(state.name)} is gone`
      warn({ summary, detail: 'They were deleted outside of Terraform, and will be created again.' })
      return null
    }
    const routes = Object.fromEntries(found)
    return { ...state, routes: isSame('dynamic', routes, before) ? state.routes! : toDynamic(routes) }
  },

  async apply(ofProvider, { prior, planned }, { signal }) {
    const client = groupOf(ofProvider, planned)
    const before = prior ? routesOf(prior) : {}
    const after = routesOf(planned)
    const sameService = !prior || isSame('string', prior.service_id ?? null, planned.service_id ?? null)
    const changed = sameService ? changedRoutes(before, after) : Object.entries(after)
    const done: Record<string, JsonObject> = { ...before }
    const remove = async ([key, route]: readonly [string, JsonObject]) => {
      const id = idOf(planned, key, route)
      if (!after[key] || idOf(planned, key, after[key]) !== id) await client.delete('routes', id, signal)
      if (!after[key]) delete done[key]
    }
    const put = async ([key, route]: readonly [string, JsonObject]) => {
      await client.put('routes', idOf(planned, key, route), bodyOf(planned, key, route), signal)
      done[key] = route
    }
    const id = String(planned.name)
    const failures = [...(await allSettled(Object.entries(before), remove)), ...(await allSettled(changed, put))]
    if (failures.length > 0) {
      throw new Incomplete({ ...planned, id, routes: toDynamic(done) }, oneRefusal(failures))
    }
    return { ...planned, id }
  },

  async delete(client, state, { signal }) {
    const routes = Object.entries(routesOf(state))
    const failures = await allSettled(routes, ([key, route]) =>
      groupOf(client, state).delete('routes', idOf(state, key, route), signal),
    )
    if (failures.length > 0) throw new Incomplete(state, oneRefusal(failures))
  },

  import(given) {
    const { id, in: group } = importedFrom(given, 2)
    const [name = id, service_id] = id.split('/')
    return { id: name, name, ...(service_id !== undefined && { service_id }), ...group }
  },
}

/** How many calls are under way is for the connection to say. */
async function allSettled<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(items.map(work))
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
}

/** The first few of what may be one reason a thousand times. */
function oneRefusal(failures: readonly unknown[]): unknown {
  const problems = failures.flatMap((failure) => (failure instanceof Refused ? failure.problems : []))
  return problems.length > 0 ? new Refused(problems.slice(0, 5)) : failures[0]
}

function routesOf({ routes = null }: ValueObject): Routes {
  return isNull(routes) ? {} : (toJson(routes) as Routes)
}

function changedRoutes(before: Routes | null, after: Routes): (readonly [string, JsonObject])[] {
  const same = (key: string, route: JsonObject) => {
    const old = before?.[key]
    return old !== undefined && isSame('dynamic', old as Value, route as Value)
  }
  return Object.entries(after).filter(([key, route]) => !same(key, route))
}

function idOf({ name }: ValueObject, key: string, { id }: JsonObject): string {
  return typeof id === 'string' ? id : idOfName(`${String(name)}.${key}`)
}

function bodyOf(set: ValueObject, key: string, route: JsonObject, id = idOf(set, key, route)): JsonObject {
  const service = typeof set.service_id === 'string' && !isElsewhere(route) ? { service_id: set.service_id } : {}
  return { name: key, ...service, ...route, id }
}

function isElsewhere({ service_id, upstream, upstream_id }: JsonObject): boolean {
  return [service_id, upstream, upstream_id].some((field) => field !== undefined)
}

/**
 * A stored route without what stands there only because the set says it.
 *
 * @param implied what is sent of `written`
 */
function asWritten(implied: JsonObject, written: JsonObject, stored: JsonObject): JsonObject {
  const { create_time: _, update_time: __, ...fields } = stored
  const isImplied = (name: string) => written[name] === undefined && fields[name] === implied[name]
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !isImplied(name)))
}

/** The routes of a service, by their names, for a set that is imported. */
function adopt(state: ValueObject, stored: ReadonlyMap<string, JsonObject>): ValueObject | null {
  const { service_id = null } = state
  if (typeof service_id !== 'string') {
    const detail = 'A set is imported as <name>/<service id>: every route of that service comes into it, by its name.'
    throw new Refused([{ severity: 'error', summary: 'The set names no service', detail }])
  }
  const own = [...stored].filter(([, value]) => value.service_id === service_id)
  if (own.length === 0) return null
  const routes = own.map(([id, value]) => {
    const key = String(value.name ?? id)
    const written: JsonObject = idOf(state, key, {}) === id ? {} : { id }
    return [key, asWritten(bodyOf(state, key, written), written, value)] as const
  })
  return { ...state, routes: toDynamic(Object.fromEntries(routes)) }
}

function shapeProblems(routes: Value): Problem[] {
  const values = routes instanceof Dynamic ? routes.value : routes
  const fail = (detail: string): Problem => {
    return { severity: 'error', summary: 'The routes are no routes by key', detail, path: ['routes'] }
  }
  if (!isObject(values)) return [fail('Write { key = { uris = [...] }, … }.')]
  const wrong = Object.entries(values).find(([, route]) => !isObject(route instanceof Dynamic ? route.value : route))
  return wrong ? [fail(`${JSON.stringify(wrong[0])} is not an object such as { uris = [...] }.`)] : []
}
