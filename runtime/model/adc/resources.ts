import { generatedId } from './resource-id.ts'
import type { AdcConfiguration, AdcConsumer, AdcService } from './schema.ts'
import type { Path } from './source-file.ts'

/** The kinds of resources an ADC file holds, as ADC names them. */
export const ADC_TYPES = [
  'service',
  'route',
  'stream_route',
  'upstream',
  'ssl',
  'consumer',
  'consumer_credential',
  'consumer_group',
  'global_rule',
  'plugin_metadata',
] as const
export type AdcType = (typeof ADC_TYPES)[number]

/** What many of a kind are called: the fields of an ADC file, and the last step of their paths in the Admin API. */
export const ADC_COLLECTIONS = {
  service: 'services',
  route: 'routes',
  stream_route: 'stream_routes',
  upstream: 'upstreams',
  ssl: 'ssls',
  consumer: 'consumers',
  consumer_credential: 'credentials',
  consumer_group: 'consumer_groups',
  global_rule: 'global_rules',
  plugin_metadata: 'plugin_metadata',
} as const satisfies Readonly<Record<AdcType, string>>

export type AdcValue = Readonly<Record<string, unknown>>

/** One resource by itself, so that a file and a control plane can be compared resource by resource. */
export interface AdcResource {
  readonly type: AdcType
  readonly id: string
  /** What people call it; the username of a consumer, the server names of a certificate. */
  readonly name: string
  /** The service of a route or upstream, the consumer of a credential, the group of a consumer. */
  readonly parentId?: string
  /** In the fields of the file format, without `id` and without what is nested in it. */
  readonly value: AdcValue
  /** Where in its file; absent when it comes from a control plane. */
  readonly path?: Path
}

/** Every resource of a file, with its id. */
export function resourcesOf(file: AdcConfiguration): AdcResource[] {
  const resources: AdcResource[] = []
  for (const [index, service] of (file.services ?? []).entries()) {
    resources.push(...resourcesOfService(service, ['services', index]))
  }
  for (const [index, { id, ...value }] of (file.ssls ?? []).entries()) {
    const name = value.snis.join(',')
    resources.push({ type: 'ssl', id: id ?? generatedId(name), name, value, path: ['ssls', index] })
  }
  for (const [index, consumer] of (file.consumers ?? []).entries()) {
    resources.push(...resourcesOfConsumer(consumer, ['consumers', index]))
  }
  for (const [index, { id, consumers = [], ...value }] of (file.consumer_groups ?? []).entries()) {
    const path: Path = ['consumer_groups', index]
    const groupId = id ?? generatedId(value.name)
    resources.push({ type: 'consumer_group', id: groupId, name: value.name, value, path })
    for (const [place, consumer] of consumers.entries()) {
      resources.push(...resourcesOfConsumer(consumer, [...path, 'consumers', place], groupId))
    }
  }
  for (const [name, value] of Object.entries(file.global_rules ?? {})) {
    resources.push({ type: 'global_rule', id: name, name, value, path: ['global_rules', name] })
  }
  for (const [name, value] of Object.entries(file.plugin_metadata ?? {})) {
    resources.push({ type: 'plugin_metadata', id: name, name, value, path: ['plugin_metadata', name] })
  }
  return resources
}

function resourcesOfService(service: AdcService, path: Path): AdcResource[] {
  const { id, routes = [], stream_routes = [], upstreams = [], ...value } = service
  const parentId = id ?? generatedId(service.name)
  const nested = [
    { type: 'route', field: 'routes', list: routes },
    { type: 'stream_route', field: 'stream_routes', list: stream_routes },
    { type: 'upstream', field: 'upstreams', list: upstreams },
  ] as const
  return [
    { type: 'service', id: parentId, name: service.name, value, path },
    ...nested.flatMap(({ type, field, list }) =>
      list.map(({ id, ...value }, index) => ({
        ...{ type, id: id ?? generatedId(`${service.name}.${value.name}`), name: value.name, parentId, value },
        path: [...path, field, index],
      })),
    ),
  ]
}

function resourcesOfConsumer(consumer: AdcConsumer, path: Path, group?: string): AdcResource[] {
  const { credentials = [], ...value } = consumer
  const { username } = consumer
  return [
    { type: 'consumer', id: username, name: username, value, path, ...(group ? { parentId: group } : {}) },
    ...credentials.map(({ id, ...value }, index) => ({
      ...{ type: 'consumer_credential' as const, id: id ?? generatedId(`${username}.${value.name}`) },
      ...{ name: value.name, parentId: username, value, path: [...path, 'credentials', index] },
    })),
  ]
}

/** Tells resources apart: ids of credentials are those of their consumer. */
export function resourceKey({ type, id, parentId }: Pick<AdcResource, 'type' | 'id' | 'parentId'>): string {
  return type === 'consumer_credential' ? `${type} ${parentId} ${id}` : `${type} ${id}`
}

/**
 * Resources as a file again, in the order they come in.
 * @param withId also writes each resource's id; without it only ids that its name does not give
 */
export function fileOf(resources: readonly AdcResource[], withId = false): AdcConfiguration {
  const file: Record<string, unknown[] | Record<string, unknown>> = {}
  const holders = new Map<string, Record<string, unknown>>()
  const names = new Map(resources.map((resource) => [resourceKey(resource), resource.name]))
  const into = (holder: Record<string, unknown>, field: string, value: unknown) => {
    holder[field] ??= []
    ;(holder[field] as unknown[]).push(value)
  }
  const holderOf = (type: AdcType, parentId: string | undefined) =>
    parentId === undefined ? undefined : holders.get(resourceKey({ type, id: parentId }))

  // What others are nested in comes first.
  const rank = ({ type }: AdcResource) =>
    type === 'service' || type === 'consumer_group' ? 0 : type === 'consumer' ? 1 : 2
  for (const resource of resources.toSorted((a, b) => rank(a) - rank(b))) {
    const { type, id, name, parentId } = resource
    if (type === 'global_rule' || type === 'plugin_metadata') {
      const field = type === 'global_rule' ? 'global_rules' : type
      file[field] = { ...(file[field] as object | undefined), [name]: resource.value }
      continue
    }
    const service = parentId === undefined ? undefined : names.get(resourceKey({ type: 'service', id: parentId }))
    const named =
      NESTED_IN[type] === 'service'
        ? `${service}.${name}`
        : type === 'consumer_credential'
          ? `${parentId}.${name}`
          : name
    const ownId = type !== 'consumer' && (withId || generatedId(named) !== id)
    const value = { ...(ownId ? { id } : {}), ...resource.value }
    holders.set(resourceKey(resource), value)
    const holder = NESTED_IN[type] ? holderOf(NESTED_IN[type], parentId) : undefined
    into(holder ?? file, ADC_COLLECTIONS[type], value)
  }
  return file as AdcConfiguration
}

const NESTED_IN: Readonly<Partial<Record<AdcType, AdcType>>> = {
  route: 'service',
  stream_route: 'service',
  upstream: 'service',
  consumer_credential: 'consumer',
  consumer: 'consumer_group',
}
