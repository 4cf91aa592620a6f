import type { ResourceType, ResourceValue } from '../../model/resource.ts'
import { type ReadView, Refusal } from '../configuration-store.ts'

/** A field that holds the id of another resource. `type` is absent where that collection does not exist here yet. */
interface Reference {
  readonly field: string
  readonly to: string
  readonly type?: ResourceType
}

const UPSTREAM: Reference = { field: 'upstream_id', to: 'upstream', type: 'upstreams' }
const SERVICE: Reference = { field: 'service_id', to: 'service', type: 'services' }

const REFERENCES: Readonly<Record<ResourceType, readonly Reference[]>> = {
  routes: [UPSTREAM, SERVICE, { field: 'plugin_config_id', to: 'plugin config' }],
  services: [UPSTREAM],
  upstreams: [],
  consumers: [{ field: 'group_id', to: 'consumer group' }],
}

/** What each plugin that identifies a consumer knows it by. */
const CONSUMER_KEYS: Readonly<Record<string, string>> = {
  'key-auth': 'key',
  'basic-auth': 'username',
  'jwt-auth': 'key',
  'hmac-auth': 'key_id',
}

/** @throws Refusal 400 when the value names a resource that does not exist, or takes another consumer's key */
export function checkReferences(view: ReadView, type: ResourceType, value: ResourceValue): void {
  for (const { field, to, type: collection } of REFERENCES[type]) {
    const id = value[field]
    if (id !== undefined && !(collection && view.get(collection, String(id)))) throw missing(to, id)
  }
  checkClientCertificate(type === 'upstreams' ? value : value.upstream)
  if (type === 'consumers') checkConsumerKeys(view, value)
}

/** @throws Refusal 400 when another resource still names this one */
export function checkUnused(view: ReadView, type: ResourceType, id: string): void {
  if (type !== 'upstreams' && type !== 'services') return
  const field = type === 'upstreams' ? 'upstream_id' : 'service_id'
  const what = type === 'upstreams' ? 'this upstream' : 'this service directly'
  for (const users of ['routes', 'services'] as const) {
    const user = view.list(users).find(({ value }) => value[field] !== undefined && String(value[field]) === id)
    if (user) {
      const kind = users === 'routes' ? 'route' : 'service'
      throw refusal(`can not delete ${what}, ${kind} [${user.id}] is still using it now`)
    }
  }
}

function checkClientCertificate(upstream: unknown): void {
  const tls = (upstream as { tls?: { client_cert_id?: unknown } } | undefined)?.tls
  if (tls?.client_cert_id !== undefined) throw missing('ssl', tls.client_cert_id)
}

function checkConsumerKeys(view: ReadView, value: ResourceValue): void {
  const keys = Object.entries(CONSUMER_KEYS).flatMap(([plugin, field]) => {
    const key = keyIn(value, plugin, field)
    return key === undefined ? [] : [{ plugin, field, key }]
  })
  if (keys.length === 0) return
  for (const other of view.list('consumers')) {
    if (other.id === value.username) continue
    if (keys.some(({ plugin, field, key }) => keyIn(other.value, plugin, field) === key)) {
      throw refusal(`duplicate key found with consumer: ${other.id}`)
    }
  }
}

function keyIn(consumer: ResourceValue, plugin: string, field: string): unknown {
  const plugins = consumer.plugins as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  return plugins && Object.hasOwn(plugins, plugin) ? plugins[plugin]?.[field] : undefined
}

function missing(to: string, id: unknown): Refusal {
  return refusal(`failed to fetch ${to} info by ${to} id [${id}], response code: 404`)
}

function refusal(message: string): Refusal {
  return new Refusal(400, { error_msg: message })
}
