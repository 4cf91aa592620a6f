import type { Access } from '../../model/permission-policy.ts'
import type { ResourceValue, StoredType } from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'

export type Verb = 'Get' | 'Create' | 'Update' | 'Delete'

interface Kind {
  readonly space: 'gateway' | 'iam'
  readonly actions: Readonly<Record<Verb, string>>
  /** The step of its resource name before its id; null where API7 names the whole gateway group. */
  readonly step: string | null
}

/**
 * The actions and resource names of everything that is stored. They are API7's wherever it has one, so that its
 * policies hold here unchanged; APISIX's other collections are named in the same way.
 */
const KINDS: Readonly<Record<StoredType, Kind>> = {
  services: gateway('PublishedService', 'publishedservice'),
  routes: gateway('Route', 'route'),
  stream_routes: gateway('StreamRoute', 'streamroute'),
  upstreams: gateway('Upstream', 'upstream'),
  consumers: gateway('Consumer', 'consumer'),
  credentials: gateway('ConsumerCredential', 'consumer'),
  consumer_groups: gateway('ConsumerGroup', 'consumergroup'),
  plugin_configs: gateway('PluginConfig', 'pluginconfig'),
  protos: gateway('Proto', 'proto'),
  ssls: gateway('Certificate', null),
  global_rules: gateway('GlobalPluginRule', null),
  plugin_metadata: gateway('PluginMetadata', null, { Create: 'UpdatePluginMetadata' }),
  secrets: gateway('SecretProvider', null, { Create: 'PutSecretProvider', Update: 'PutSecretProvider' }),
  revocations: gateway('Revocation', null),
  users: iam('User', 'user', { Create: 'InviteUser', Update: 'UpdateUserRole' }),
  roles: iam('Role', 'role', { Delete: 'DeleteCustomRole' }),
  permission_policies: iam('PermissionPolicy', 'permissionpolicy'),
  tokens: iam('Token', 'token'),
}

export interface Target {
  readonly type: StoredType
  readonly id: string
  readonly value: ResourceValue
}

/**
 * What somebody must be allowed who does this to a resource. What belongs to a service is a part of it, as in API7: its
 * routes and upstreams are read and changed by whoever may read and change the service.
 *
 * @param view holds the service
 */
export function accessTo(verb: Verb, target: Target, group: string, view: ReadView): Access {
  const { type, id, value } = target
  const service = serviceOf(target, view)
  if (service !== undefined) {
    const labels = labelsOf(view.get('services', service)?.value)
    return access('services', verb === 'Get' ? 'Get' : 'Update', service, group, labels)
  }
  return access(type, verb, type === 'credentials' ? id.slice(0, id.indexOf('/')) : id, group, labelsOf(value))
}

/** A new password is an action of its own. */
export function resetPassword(username: string): Access {
  return { action: 'iam:ResetPassword', resources: [`arn:api7:iam:user/${username}`] }
}

/** To see a gateway group in the list of them. */
export function readGroup(group: string): Access {
  return { action: 'gateway:GetGatewayGroup', resources: [`arn:api7:gateway:gatewaygroup/${group}`] }
}

/** To read the audit log, and to take it away. */
export const AUDIT = {
  read: { action: 'iam:GetAudit', resources: ['arn:api7:iam:organization/*'] },
  export: { action: 'iam:ExportAudits', resources: ['arn:api7:iam:organization/*'] },
} as const satisfies Record<string, Access>

function access(
  type: StoredType,
  verb: Verb,
  id: string,
  group: string,
  labels: Readonly<Record<string, unknown>>,
): Access {
  const { space, actions, step } = KINDS[type]
  const within = space === 'gateway' ? `arn:api7:gateway:gatewaygroup/${group}` : 'arn:api7:iam:'
  const name = (last: string) =>
    step === null ? within : space === 'gateway' ? `${within}/${step}/${last}` : `${within}${step}/${last}`
  // API7 names what is about to be created `*`.
  return { action: actions[verb], resources: verb === 'Create' ? [name(id), name('*')] : [name(id)], labels }
}

/** Names the services that ADC's extra upstreams belong to; see the surface `api7ee`. */
const SERVICE_LABEL = '__ADC_UPSTREAM_SERVICE_ID'

function serviceOf({ type, id, value }: Target, view: ReadView): string | undefined {
  const named =
    type === 'routes' || type === 'stream_routes'
      ? value.service_id
      : type === 'upstreams'
        ? // A service's own upstream has the service's id.
          (labelsOf(value)[SERVICE_LABEL] ?? id)
        : undefined
  if (named === undefined) return undefined
  return view.get('services', String(named)) ? String(named) : undefined
}

function labelsOf(value: ResourceValue | undefined): Readonly<Record<string, unknown>> {
  return typeof value?.labels === 'object' && value.labels !== null ? (value.labels as Record<string, unknown>) : {}
}

function gateway(noun: string, step: string | null, named: Partial<Record<Verb, string>> = {}): Kind {
  return { space: 'gateway', step, actions: actionsOn('gateway', noun, named) }
}

function iam(noun: string, step: string, named: Partial<Record<Verb, string>> = {}): Kind {
  return { space: 'iam', step, actions: actionsOn('iam', noun, named) }
}

function actionsOn(space: string, noun: string, named: Partial<Record<Verb, string>>): Record<Verb, string> {
  const action = (verb: Verb) => `${space}:${named[verb] ?? `${verb}${noun}`}`
  return { Get: action('Get'), Create: action('Create'), Update: action('Update'), Delete: action('Delete') }
}
