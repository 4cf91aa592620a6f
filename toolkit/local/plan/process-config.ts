import { CONTROL_PLANE_ROLE } from '../database/roles.ts'
import type { Standpoint } from '../engine/engine.ts'
import type { Endpoint } from '../links/link-forwarder.ts'
import type { End } from '../links/region-links.ts'
import { GATEWAY_GROUP, type Identities } from './identities.ts'
import { type Listener, type LocalPlan, type RegionPlan, urlOf } from './local-plan.ts'
import type { BaseConfig } from './port-plan.ts'

export interface ProcessSurroundings {
  readonly plan: LocalPlan
  readonly region: RegionPlan
  readonly base: BaseConfig
  /** Null where the Admin API asks for none. */
  readonly adminKey: string | null
  readonly databasePassword: string
  readonly identities: Identities
  /** Where the process's way to another part begins; undefined where it speaks to that part directly. */
  readonly way: (to: End) => Endpoint | undefined
  /** How the process sees the world. */
  readonly standpoint: Standpoint
  /** A directory of the process's own, as it calls it. */
  readonly directory: string
}

/** The connection string of the control plane's own role. @param way where the way to the database begins */
export function databaseUrl(region: RegionPlan, password: string, way?: Endpoint): string {
  const { ip, port } = way ? { ip: way.host, port: way.port } : region.database
  return `postgres://${CONTROL_PLANE_ROLE}:${password}@${ip}:${port}/${CONTROL_PLANE_ROLE}`
}

/** `config.yaml` of a region's control plane, as data. */
export function controlPlaneConfig(surroundings: ProcessSurroundings): BaseConfig {
  const { plan, region, base, adminKey, databasePassword, identities, way, standpoint, directory } = surroundings
  const database = { region: region.name, part: 'database' } as const
  const files = identities.controlPlanes.get(region.name)!
  const peer = plan.regions.find(({ name }) => name === region.peer)
  const admin = (base.deployment?.admin ?? {}) as Record<string, unknown>
  return {
    ...base,
    deployment: {
      ...base.deployment,
      role: 'control_plane',
      admin: {
        allow_admin: [standpoint.callers],
        ...admin,
        admin_key_required: adminKey !== null,
        ...(adminKey === null ? {} : { admin_key: adminKeys(admin.admin_key, adminKey) }),
        admin_listen: at(standpoint, region.admin),
      },
      certs: certificates(files, identities),
    },
    antipode: {
      ...common(surroundings),
      // A port that the file names is the first region's; the others do without.
      ...(region === plan.regions[0] ? {} : { status: undefined }),
      state_dir: directory,
      database: databaseUrl(
        region,
        databasePassword,
        way(database) ?? standpoint.directly('database', region.database),
      ),
      sync_listen: at(standpoint, region.sync),
      sync_address: urlOf('https', region.sync),
      authority: { cert: identities.authority.certificate, key: identities.authority.key },
      ...(peer
        ? { peer: { region: peer.name, host: syncUrl(peer, surroundings), admin: urlOf('http', peer.admin) } }
        : {}),
      ...(plan.topology && { gateway_groups: plan.topology.gatewayGroups }),
      initial_writer: region.declaredRole !== 'standby',
      commit: plan.commit,
      lease: plan.lease,
      ...automaticFailover(surroundings),
    },
  }
}

/** As the topology says it; what a witness must not have in a topology, such as its token, comes from the file. */
function automaticFailover({ plan: { topology }, base }: ProcessSurroundings): Record<string, unknown> {
  const automatic = topology?.failover?.automatic
  if (!automatic) return {}
  const { after, solo, witness } = automatic
  const file = base.antipode as { automatic_failover?: { witness?: object } } | undefined
  const place = witness && {
    ...file?.automatic_failover?.witness,
    ...Object.fromEntries(Object.entries(witness).filter(([, value]) => value !== null)),
  }
  return { automatic_failover: { after: after.seconds, solo, ...(place && { witness: place }) } }
}

/** `config.yaml` of a region's data planes, as data. */
export function dataPlaneConfig(surroundings: ProcessSurroundings): BaseConfig {
  const { plan, region, base, identities, standpoint, directory } = surroundings
  const apisix = base.apisix ?? {}
  const lineage = region.lineage.map((name) => plan.regions.find((other) => other.name === name)!)
  const host = lineage.map((other) => syncUrl(other, surroundings))
  return {
    ...base,
    apisix: {
      ...apisix,
      node_listen: region.gateway.map((listener) => at(standpoint, listener)),
      status: at(standpoint, region.status),
    },
    deployment: {
      ...base.deployment,
      role: 'data_plane',
      role_data_plane: { control_plane: { host } },
      certs: certificates(identities.dataPlanes, identities),
    },
    antipode: { ...common(surroundings), cache_dir: directory },
  }
}

/** Where a process reaches a region's sync listener. */
function syncUrl({ name, sync }: RegionPlan, { way, standpoint }: ProcessSurroundings): string {
  const { host, port } = way({ region: name, part: 'control-plane' }) ?? standpoint.directly('control-plane', sync)
  return urlOf('https', { ip: host, port })
}

/** What a process listens on, to be reached at `listener`. */
function at({ listenOn }: Standpoint, { ip, port }: Listener): Listener {
  return { ip: listenOn(ip), port }
}

function common({ region, base }: ProcessSurroundings): Record<string, unknown> {
  return {
    ...(base.antipode as Record<string, unknown> | undefined),
    region: region.name,
    region_index: region.index,
    gateway_group: GATEWAY_GROUP,
  }
}

function certificates(files: { certificate: string; key: string }, identities: Identities): Record<string, string> {
  return { cert: files.certificate, cert_key: files.key, trusted_ca_cert: identities.authority.certificate }
}

/** Keys that the file names keep working beside the one that `up` prints. */
function adminKeys(given: unknown, adminKey: string): unknown[] {
  const others = Array.isArray(given) ? given.filter((entry) => entry?.key !== adminKey && entry?.name !== 'admin') : []
  return [{ name: 'admin', key: adminKey, role: 'admin' }, ...others]
}
