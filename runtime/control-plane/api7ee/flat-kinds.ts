import type { ResourceType, ResourceValue, StoredResource } from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'
import type { CoreKind } from './core-schemas.ts'

/**
 * The resources of this surface are flat: no envelope, ids named after their kind, `paths` for `uris`, a service's
 * upstream in the service. They are stored in APISIX's form, the one ADC writes through its backend `apisix`, so that
 * both surfaces show one configuration.
 */

export type Flat = Record<string, unknown>

/** On an upstream that belongs to a service beside its own one: the id of that service. */
export const SERVICE_LABEL = '__ADC_UPSTREAM_SERVICE_ID'
/** Where ADC looks for the name of a stream route. */
const NAME_LABEL = '__ADC_NAME'

const STREAM_SCHEMES: ReadonlySet<unknown> = new Set(['tcp', 'udp', 'tls'])

export interface FlatKind {
  readonly type: ResourceType
  /** The schema whose defaults are shown. */
  readonly schema: CoreKind
  /** The field that repeats the id. */
  readonly idField: string
  /** From a request's body, without times. `parent` is the service of an upstream. */
  toStored(body: Flat, parent: string | undefined): Flat
  /** Of a stored resource, without defaults. */
  fromStored(stored: StoredResource, view: ReadView): Flat
}

const same = (body: Flat): Flat => body

export const FLAT_KINDS = {
  services: {
    ...{ type: 'services', schema: 'service', idField: 'service_id' },
    // The upstream is written beside the service, see `write-flat.ts`.
    toStored: ({ type: _, upstream: __, ...body }) => body,
    fromStored: (stored, view) => {
      const { upstream_id, upstream: inline, ...value } = fieldsOf(stored)
      const referred = upstream_id === undefined ? inline : view.get('upstreams', String(upstream_id))?.value
      const upstream = referred === undefined ? undefined : ownUpstream(referred as ResourceValue, value.name)
      const isStream =
        STREAM_SCHEMES.has(upstream?.scheme) ||
        view.list('stream_routes').some((route) => String(route.value.service_id) === stored.id)
      return {
        ...{ id: stored.id, service_id: stored.id, name: stored.id, ...value, type: isStream ? 'stream' : 'http' },
        ...(upstream ? { upstream } : {}),
      }
    },
  },
  routes: {
    ...{ type: 'routes', schema: 'route', idField: 'route_id' },
    toStored: ({ paths, ...body }) => ({ ...body, ...(paths === undefined ? {} : { uris: paths }) }),
    fromStored: (stored) => {
      const { uri, uris, host, status, ...value } = fieldsOf(stored)
      return {
        ...{ id: stored.id, route_id: stored.id, name: stored.id, ...value, paths: uri === undefined ? uris : [uri] },
        ...(host === undefined ? {} : { hosts: [host] }),
        // Only what is switched off is worth telling: a client that knows no such field compares without it.
        ...(status === undefined || status === 1 ? {} : { status }),
      }
    },
  },
  stream_routes: {
    ...{ type: 'stream_routes', schema: 'stream_route', idField: 'stream_route_id' },
    toStored: ({ labels, ...body }) => ({ ...body, labels: { ...(labels as object), ...nameLabel(body.name) } }),
    fromStored: (stored) => {
      const { labels, ...value } = fieldsOf(stored)
      const { [NAME_LABEL]: name, ...others } = (labels ?? {}) as Flat
      return {
        ...{ id: stored.id, stream_route_id: stored.id, ...value, name: name ?? value.name ?? stored.id },
        ...(Object.keys(others).length > 0 ? { labels: others } : {}),
      }
    },
  },
  upstreams: {
    ...{ type: 'upstreams', schema: 'upstream', idField: 'upstream_id' },
    toStored: ({ labels, ...body }, parent) => ({
      ...body,
      labels: { ...(labels as object), [SERVICE_LABEL]: parent },
    }),
    fromStored: (stored) => {
      const { labels, ...value } = fieldsOf(stored)
      const { [SERVICE_LABEL]: _, ...others } = (labels ?? {}) as Flat
      return { id: stored.id, ...value, ...(Object.keys(others).length > 0 ? { labels: others } : {}) }
    },
  },
  consumers: {
    ...{ type: 'consumers', schema: 'consumer', idField: 'username', toStored: same },
    fromStored: (stored) => fieldsOf(stored),
  },
  credentials: {
    ...{ type: 'credentials', schema: 'consumer_credential', idField: 'credential_id', toStored: same },
    fromStored: (stored) => ({ ...fieldsOf(stored), id: stored.id.slice(stored.id.indexOf('/') + 1) }),
  },
  ssls: {
    ...{ type: 'ssls', schema: 'ssl', idField: 'ssl_id' },
    toStored: (body) => ({ status: 1, ...body }),
    fromStored: (stored) => {
      const { key: _, keys: __, sni, ...value } = fieldsOf(stored)
      return { id: stored.id, ...value, ...(sni === undefined ? {} : { snis: [sni] }) }
    },
  },
  global_rules: {
    ...{ type: 'global_rules', schema: 'global_rule', idField: 'global_rule_id', toStored: same },
    fromStored: (stored) => ({ id: stored.id, ...fieldsOf(stored) }),
  },
  plugin_metadata: {
    ...{ type: 'plugin_metadata', schema: 'plugin_metadata', idField: 'plugin_name', toStored: same },
    fromStored: (stored) => fieldsOf(stored),
  },
} as const satisfies Record<string, FlatKind>

export type FlatType = keyof typeof FLAT_KINDS

export function isFlatType(name: string): name is FlatType {
  return Object.hasOwn(FLAT_KINDS, name)
}

function nameLabel(name: unknown): Flat {
  return typeof name === 'string' && /^\S{1,256}$/.test(name) ? { [NAME_LABEL]: name } : {}
}

/** Named after its service, unless it was given a name of its own. */
function ownUpstream(value: ResourceValue, serviceName: unknown): Flat {
  const { id: _, create_time: __, update_time: ___, ...upstream }: Flat = { ...value }
  if (upstream.name === serviceName) delete upstream.name
  return upstream
}

function fieldsOf({ value: { id: _, ...value } }: StoredResource): Flat {
  return value
}
