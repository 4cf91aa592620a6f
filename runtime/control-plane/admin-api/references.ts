import type { ResourceType, ResourceValue } from '../../model/resource.ts'
import { type ReadView, Refusal } from '../configuration-store.ts'
import { refusal } from './answer.ts'

/** A field that holds the id of another resource. */
interface Reference {
  readonly field: string
  readonly to: string
  readonly type: ResourceType
}

const UPSTREAM: Reference = { field: 'upstream_id', to: 'upstream', type: 'upstreams' }
const SERVICE: Reference = { field: 'service_id', to: 'service', type: 'services' }

const REFERENCES: Readonly<Partial<Record<ResourceType, readonly Reference[]>>> = {
  routes: [UPSTREAM, SERVICE, { field: 'plugin_config_id', to: 'plugin config', type: 'plugin_configs' }],
  services: [UPSTREAM],
  stream_routes: [UPSTREAM, SERVICE],
  consumers: [{ field: 'group_id', to: 'consumer group', type: 'consumer_groups' }],
}

/** What each plugin that identifies a consumer knows it by. */
const CONSUMER_KEYS: Readonly<Record<string, string>> = {
  'key-auth': 'key',
  'basic-auth': 'username',
  'jwt-auth': 'key',
  'hmac-auth': 'key_id',
}

/**
 * Looks at what a value says about other resources: that those it names exist, that it takes nothing that only one may
 * have.
 *
 * @throws Refusal 400, or 404 for a credential of nobody
 */
export function checkReferences(view: ReadView, type: ResourceType, id: string, value: ResourceValue): void {
  for (const { field, to, type: collection } of REFERENCES[type] ?? []) {
    const named = value[field]
    if (named !== undefined && !view.get(collection, String(named))) throw missing(to, named)
  }
  checkClientCertificate(view, type === 'upstreams' ? value : value.upstream)
  if (type === 'stream_routes') checkSuperior(view, value)
  if (type === 'credentials' && !view.get('consumers', consumerOf(id))) {
    throw new Refusal(404, { error_msg: 'consumer not found' })
  }
  if (type === 'consumers' || type === 'credentials') checkConsumerKeys(view, type, id, value)
  if (type === 'global_rules') checkGlobalRule(view, id, value)
}

function checkClientCertificate(view: ReadView, upstream: unknown): void {
  const id = (upstream as { tls?: { client_cert_id?: unknown } } | undefined)?.tls?.client_cert_id
  if (id === undefined) return
  const ssl = view.get('ssls', String(id))
  if (!ssl) throw missing('ssl', id)
  if (ssl.value.type !== 'client') throw refusal(`failed to fetch ssl info by ssl id [${id}], wrong ssl type`)
}

/** A stream route below another one routes requests of the same protocol. */
function checkSuperior(view: ReadView, { protocol }: ResourceValue): void {
  const { name, superior_id: id } = (protocol ?? {}) as { name?: string; superior_id?: string | number }
  if (id === undefined) return
  const superior = view.get('stream_routes', String(id))
  if (!superior) throw refusal(`failed to fetch superior stream route info by superior id [${id}], response code: 404`)
  const above = (superior.value.protocol as { name?: string } | undefined)?.name
  if (above === undefined) throw refusal(`superior stream route [${id}] does not have a valid protocol configuration`)
  if (above !== name) {
    throw refusal(
      `protocol name mismatch: subordinate route has protocol [${name}] but superior route [${id}] has protocol [${above}]`,
    )
  }
}

/** Whoever shows a key must be one consumer. Its own credentials may repeat its own key, but not one another's. */
function checkConsumerKeys(view: ReadView, type: 'consumers' | 'credentials', id: string, value: ResourceValue): void {
  const keys = Object.entries(CONSUMER_KEYS).flatMap(([plugin, field]) => {
    const key = keyIn(value, plugin, field)
    return key === undefined ? [] : [{ plugin, field, key }]
  })
  if (keys.length === 0) return
  const username = type === 'consumers' ? id : consumerOf(id)
  const takes = (other: ResourceValue) => keys.some(({ plugin, field, key }) => keyIn(other, plugin, field) === key)
  for (const other of view.list('consumers')) {
    if (other.id !== username && takes(other.value)) throw duplicateKey(other.id)
  }
  for (const other of view.list('credentials')) {
    const owner = consumerOf(other.id)
    const isOther = type === 'consumers' ? owner !== username : other.id !== id
    if (isOther && takes(other.value)) throw duplicateKey(owner)
  }
}

function keyIn(consumer: ResourceValue, plugin: string, field: string): unknown {
  const plugins = consumer.plugins as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  return plugins && Object.hasOwn(plugins, plugin) ? plugins[plugin]?.[field] : undefined
}

/** A plugin runs once on every call, so that only one rule may configure it. */
function checkGlobalRule(view: ReadView, id: string, { plugins = {} }: ResourceValue): void {
  for (const other of view.list('global_rules')) {
    if (other.id === id) continue
    const taken = Object.keys(plugins as object).find((plugin) => Object.hasOwn(other.value.plugins as object, plugin))
    if (taken !== undefined) {
      throw refusal(`plugin '${taken}' already exists in global rule with id '${other.id}'`)
    }
  }
}

function consumerOf(credentialId: string): string {
  return credentialId.slice(0, credentialId.indexOf('/'))
}

function duplicateKey(username: string): Refusal {
  return refusal(`duplicate key found with consumer: ${username}`)
}

function missing(to: string, id: unknown): Refusal {
  return refusal(`failed to fetch ${to} info by ${to} id [${id}], response code: 404`)
}
