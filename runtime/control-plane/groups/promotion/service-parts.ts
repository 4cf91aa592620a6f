import type { PublishedType, ResourceValue } from '../../../model/resource.ts'
import { SERVICE_LABEL } from '../../api7ee/flat-kinds.ts'
import type { ReadView } from '../../configuration-store.ts'

/** What may be promoted, in an order in which each comes after what it refers to. */
export const PROMOTED_KINDS = [
  'protos',
  'ssls',
  'upstreams',
  'plugin_configs',
  'services',
  'stream_routes',
  'routes',
] as const satisfies readonly PublishedType[]
export type PromotedKind = (typeof PROMOTED_KINDS)[number]

export interface Part {
  readonly kind: PromotedKind
  readonly id: string
  readonly value: ResourceValue
  /** Others may refer to it too; what is not shared goes with the service. */
  readonly shared: boolean
}

/**
 * A service of a group with all that it needs: its routes, its upstreams, and what any of these refer to. Consumers,
 * secrets, variables and what counts for the whole group stay: they are what groups differ in.
 */
export function partsOf(view: ReadView, service: string): Part[] {
  const parts = new Map<string, Part>()
  const add = (kind: PromotedKind, id: string, shared: boolean): void => {
    const key = `${kind}/${id}`
    const stored = parts.has(key) ? undefined : view.get(kind, id)
    if (!stored) return
    parts.set(key, { kind, id, value: stored.value, shared })
    for (const [to, named] of referencesOf(kind, stored.value)) add(to, named, true)
  }
  const own = view.get('services', service)
  if (!own) return []
  for (const upstream of view.list('upstreams')) {
    if (isOwnUpstream(upstream.id, upstream.value, own.value, service)) add('upstreams', upstream.id, false)
  }
  add('services', service, false)
  for (const kind of ['stream_routes', 'routes'] as const) {
    for (const route of view.list(kind)) {
      if (String(route.value.service_id) === service) add(kind, route.id, false)
    }
  }
  return [...parts.values()].sort(byOrder)
}

/** The other way round: what is taken away before what it refers to. */
export function byOrder(a: { readonly kind: PromotedKind }, b: { readonly kind: PromotedKind }): number {
  return PROMOTED_KINDS.indexOf(a.kind) - PROMOTED_KINDS.indexOf(b.kind)
}

/** ADC gives a service's first upstream the service's id, and the others a label. */
function isOwnUpstream(id: string, { labels }: ResourceValue, service: ResourceValue, serviceId: string): boolean {
  if ((labels as ResourceValue | undefined)?.[SERVICE_LABEL] === serviceId) return true
  return id === serviceId && String(service.upstream_id) === id
}

function* referencesOf(kind: PromotedKind, value: ResourceValue): Iterable<readonly [PromotedKind, string]> {
  if (value.upstream_id !== undefined) yield ['upstreams', String(value.upstream_id)]
  if (value.plugin_config_id !== undefined) yield ['plugin_configs', String(value.plugin_config_id)]
  const superior = objectIn(value, 'protocol').superior_id
  if (superior !== undefined) yield ['stream_routes', String(superior)]
  const certificate = objectIn(kind === 'upstreams' ? value : objectIn(value, 'upstream'), 'tls').client_cert_id
  if (certificate !== undefined) yield ['ssls', String(certificate)]
  const plugins = objectIn(value, 'plugins')
  const proto = objectIn(plugins, 'grpc-transcode').proto_id
  if (proto !== undefined) yield ['protos', String(proto)]
  for (const rule of listIn(objectIn(plugins, 'traffic-split'), 'rules')) {
    for (const { upstream_id: id } of listIn(rule, 'weighted_upstreams')) {
      if (id !== undefined) yield ['upstreams', String(id)]
    }
  }
}

function objectIn(value: ResourceValue, field: string): ResourceValue {
  const inner = Object.hasOwn(value, field) ? value[field] : undefined
  return typeof inner === 'object' && inner !== null ? (inner as ResourceValue) : {}
}

function listIn(value: ResourceValue, field: string): ResourceValue[] {
  const inner = value[field]
  return Array.isArray(inner) ? inner.filter((item) => typeof item === 'object' && item !== null) : []
}
