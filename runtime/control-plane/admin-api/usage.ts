import type { ResourceType, ResourceValue, StoredResource } from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'
import { refusal } from './answer.ts'

/** A way in which one resource can use another. */
interface Usage {
  readonly by: ResourceType
  /** As the refusal names it. */
  readonly as: string
  readonly uses: (value: ResourceValue, id: string) => boolean
}

interface Protected {
  readonly what: string
  readonly usages: readonly Usage[]
}

const field =
  (name: string): Usage['uses'] =>
  (value, id) =>
    value[name] !== undefined && String(value[name]) === id

const splitsTrafficTo: Usage['uses'] = ({ plugins }, id) => {
  const rules = configurationOf(plugins, 'traffic-split').rules
  return listOf(rules).some((rule) => {
    return listOf((rule as ResourceValue).weighted_upstreams).some((to) =>
      field('upstream_id')(to as ResourceValue, id),
    )
  })
}

const transcodesWith: Usage['uses'] = ({ plugins }, id) => {
  return field('proto_id')(configurationOf(plugins, 'grpc-transcode'), id)
}

const isBelow: Usage['uses'] = ({ protocol }, id) => field('superior_id')((protocol ?? {}) as ResourceValue, id)

/** Collections whose resources hold plugins, and what a refusal calls one of them. */
const HOLDERS_OF_PLUGINS: readonly (readonly [ResourceType, string])[] = [
  ['routes', 'route'],
  ['services', 'service'],
  ['plugin_configs', 'plugin_config'],
  ['consumers', 'consumer'],
  ['consumer_groups', 'consumer_group'],
  ['global_rules', 'global_rules'],
]

const PROTECTED: Readonly<Partial<Record<ResourceType, Protected>>> = {
  upstreams: {
    what: 'this upstream',
    usages: [
      { by: 'routes', as: 'route', uses: field('upstream_id') },
      { by: 'services', as: 'service', uses: field('upstream_id') },
      { by: 'stream_routes', as: 'stream_route', uses: field('upstream_id') },
      ...HOLDERS_OF_PLUGINS.map(([by, name]) => ({ by, as: `plugin in ${name}`, uses: splitsTrafficTo })),
    ],
  },
  services: {
    what: 'this service directly',
    usages: [
      { by: 'routes', as: 'route', uses: field('service_id') },
      { by: 'stream_routes', as: 'stream_route', uses: field('service_id') },
    ],
  },
  stream_routes: {
    what: 'this stream route directly',
    usages: [{ by: 'stream_routes', as: 'subordinate route', uses: isBelow }],
  },
  plugin_configs: {
    what: 'this plugin config',
    usages: [{ by: 'routes', as: 'route', uses: field('plugin_config_id') }],
  },
  consumer_groups: {
    what: 'this consumer group',
    usages: [{ by: 'consumers', as: 'consumer', uses: field('group_id') }],
  },
  protos: {
    what: 'this proto',
    usages: HOLDERS_OF_PLUGINS.map(([by, as]) => ({ by, as, uses: transcodesWith })),
  },
}

/** @throws Refusal 400 when another resource still names this one */
export function checkUnused(view: ReadView, type: ResourceType, id: string): void {
  const { what, usages } = PROTECTED[type] ?? { usages: [] }
  for (const { by, as, uses } of usages) {
    const user = view.list(by).find(({ value }: StoredResource) => uses(value, id))
    if (user) throw refusal(`can not delete ${what}, ${as} [${user.id}] is still using it now`)
  }
}

/** A resource for which another one is not deleted. */
export interface User {
  readonly type: ResourceType
  readonly id: string
}

/** Every resource that still names this one, once each. */
export function usersOf(view: ReadView, type: ResourceType, id: string): User[] {
  const users = (PROTECTED[type]?.usages ?? []).flatMap(({ by, uses }) =>
    view.list(by).flatMap((user) => (uses(user.value, id) ? [{ type: by, id: user.id }] : [])),
  )
  return users.filter((user, at) => users.findIndex((other) => other.type === user.type && other.id === user.id) === at)
}

function configurationOf(plugins: unknown, name: string): ResourceValue {
  const configurations = (plugins ?? {}) as Readonly<Record<string, ResourceValue>>
  return Object.hasOwn(configurations, name) ? configurations[name]! : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []
}
