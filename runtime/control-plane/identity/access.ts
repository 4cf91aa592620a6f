import type { Access } from '../../model/permission-policy.ts'
import {
  DEFAULT_GROUP,
  groupOf,
  kindOf,
  type ResourceValue,
  type StoredKind,
  type StoredType,
} from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'
import { besideType } from '../groups/group-store.ts'

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
const KINDS: Readonly<Record<StoredKind, Kind>> = {
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
  variables: gateway('Variable', 'variable'),
  revocations: gateway('Revocation', null),
  gateway_groups: gateway('GatewayGroup', null),
  group_keys: gateway('GatewayGroupAdminKey', null, {
    Create: 'PutGatewayGroupAdminKey',
    Update: 'PutGatewayGroupAdminKey',
  }),
  service_registries: gateway('ServiceRegistry', 'serviceregistry'),
  promotions: gateway('Promotion', null),
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
 * @param view holds the service, and the gateway group
 */
export function accessTo(verb: Verb, target: Target, view: ReadView): Access {
  const { type, value } = target
  const group = groupOfTarget(target)
  const groupLabels = labelsOf(view.get('gateway_groups', group)?.value)
  const service = serviceOf(target, view)
  if (service !== undefined) {
    const labels = labelsOf(view.get(besideType(type, 'services'), service)?.value)
    return { ...access('services', verb === 'Get' ? 'Get' : 'Update', service, group, labels), groupLabels }
  }
  return { ...access(kindOf(type), verb, lastStep(target), group, labelsOf(value)), groupLabels }
}

/** What belongs to a group and is given to no data plane says in its id, or its value, which it is. */
function groupOfTarget({ type, id, value }: Target): string {
  switch (type) {
    case 'gateway_groups':
      return id
    case 'group_keys':
      return String(value.group ?? DEFAULT_GROUP)
    case 'service_registries':
    case 'promotions':
      return id.slice(0, id.indexOf('/'))
    default:
      return groupOf(type) ?? DEFAULT_GROUP
  }
}

/** A credential is a part of its consumer. */
function lastStep({ type, id }: Target): string {
  if (kindOf(type) === 'credentials') return id.slice(0, id.indexOf('/'))
  return type === 'service_registries' ? id.slice(id.indexOf('/') + 1) : id
}

/** A new password is an action of its own. */
export function resetPassword(username: string): Access {
  return { action: 'iam:ResetPassword', resources: [`arn:api7:iam:user/${username}`] }
}

/** To see how much a gateway group is called. */
export function readReports(group: string): Access {
  return { action: 'gateway:GetReport', resources: [`arn:api7:gateway:gatewaygroup/${group}`] }
}

/** To read the audit log, and to take it away. */
export const AUDIT = {
  read: { action: 'iam:GetAudit', resources: ['arn:api7:iam:organization/*'] },
  export: { action: 'iam:ExportAudits', resources: ['arn:api7:iam:organization/*'] },
} as const satisfies Record<string, Access>

function access(
  type: StoredKind,
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
  const kind = kindOf(type)
  const named =
    kind === 'routes' || kind === 'stream_routes'
      ? value.service_id
      : kind === 'upstreams'
        ? // A service's own upstream has the service's id.
          (labelsOf(value)[SERVICE_LABEL] ?? id)
        : undefined
  if (named === undefined) return undefined
  return view.get(besideType(type, 'services'), String(named)) ? String(named) : undefined
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
