import { Ajv, type ErrorObject } from 'ajv'
import { parseDocument } from 'yaml'
import { replaceVariables } from './environment-variables.ts'
import { AntipodeError } from './errors.ts'
import { type KeySource, keySources } from './keyring-settings.ts'
import { nearestTo } from './nearest-word.ts'
import { fillOidc, type OidcSettings, oidcProblems } from './oidc-settings.ts'
import type { ReportSinkSettings } from './report-sink-settings.ts'
import { KEYS_WITHOUT_MEANING, RuntimeConfigFile } from './runtime-config-schema.ts'

export interface Endpoint {
  readonly ip: string
  readonly port: number
}

export interface AdminKey {
  readonly name: string
  readonly key: string
  readonly role: 'admin' | 'viewer'
}

/** Where snapshots are for data planes that start while every control plane is gone. */
export interface FallbackSettings {
  /** `s3://bucket/prefix`; for a data plane also `https://…` of the same objects. */
  readonly url: string
  /** Of the bucket. @default null: as the AWS SDK finds it */
  readonly region: string | null
  /** Of an S3-compatible store other than AWS. @default null */
  readonly endpoint: string | null
}

/** How a data plane reports the calls it served. Times are in seconds. */
export interface ReportingSettings {
  /** Between two reports, before jitter; at least 0.1. @default 15 */
  readonly interval: number
  /** Where the calls are counted. @default null: as the token says, else the gateway group's name */
  readonly index: string | null
  /** Bytes of reports that wait to be accepted; past it the oldest are dropped. @default 64 MiB */
  readonly spoolSize: number
  /** A report waits so long at most, 7 days being the longest that control planes take. @default 1 day */
  readonly spoolAge: number
}

/** What people and their tools log in with. Times are in seconds. */
export interface IdentitySettings {
  /** Whoever knows this secret makes the first user, while there is none. @default null: an admin key does */
  readonly bootstrap: string | null
  /** @default 3600 */
  readonly sessionTtl: number
  /** How long the audit log keeps what happened. @default 400 days */
  readonly auditRetention: number
  /** OpenID providers that people log in through. @default [] */
  readonly oidc: readonly OidcSettings[]
}

/** `config.yaml` of one control plane or data plane, checked, with every default filled in. Times are in seconds. */
export interface RuntimeConfig {
  readonly role: 'data_plane' | 'control_plane'
  /** @default 'local' */
  readonly region: string
  /** The region's permanent index, 1 to 63. @default 1 */
  readonly regionIndex: number
  /** @default 'default' */
  readonly gatewayGroup: string
  /** The process's own identity and the authority it trusts: files, or the PEM itself. */
  readonly certs: { readonly cert: string; readonly key: string; readonly ca: string }
  /** Seconds between heartbeats, before jitter. @default 10 */
  readonly heartbeatInterval: number
  /** The least that is logged; `ANTIPODE_LOG_LEVEL` counts for more. @default 'info' */
  readonly logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
  /** Answer every call with the region and version that served it. @default false */
  readonly exposeRegion: boolean
  /** Control planes write it, data planes read it. @default null: there is none */
  readonly fallback: FallbackSettings | null
  readonly dataPlane: {
    /** @default [{ ip: '0.0.0.0', port: 9080 }] */
    readonly listen: readonly Endpoint[]
    /** @default { ip: '127.0.0.1', port: 7085 } */
    readonly status: Endpoint
    /** Control planes of one lineage, own region first; empty where the directory names them. */
    readonly controlPlanes: readonly string[]
    /** What it registers with where it has no certificate: a connection token, or its file; null with a certificate. */
    readonly token: string | null
    /** The signed directory of regions, or its file. */
    readonly directory: string | null
    /** Where the last known good configuration lives; null keeps none. */
    readonly cacheDir: string | null
    /** Largest request body in bytes; 0 for no limit. @default 0 */
    readonly maxBodySize: number
    /** A whole request header must arrive within this. @default 10 */
    readonly headerTimeout: number
    /** A request body may pause this long. @default 10 */
    readonly bodyTimeout: number
    /** An idle client connection is kept this long. @default 60 */
    readonly keepaliveTimeout: number
    /** Drop one `/` at the end of a path before matching. @default false */
    readonly deleteUriTailSlash: boolean
    /** CIDRs of clients whose `X-Forwarded-*` are believed. @default [] */
    readonly trustedAddresses: readonly string[]
    readonly reports: ReportingSettings
  }
  readonly controlPlane: {
    readonly admin: {
      /** @default { ip: '0.0.0.0', port: 9180 } */
      readonly listen: Endpoint
      /** @default true */
      readonly keyRequired: boolean
      readonly keys: readonly AdminKey[]
      /** CIDRs that may call the Admin API. @default ['127.0.0.0/24'] as in APISIX */
      readonly allow: readonly string[]
    }
    readonly identity: IdentitySettings
    /** @default { ip: '0.0.0.0', port: 7943 } */
    readonly syncListen: Endpoint
    /** Health and metrics, as `{ ip: '127.0.0.1', port: 7081 }` with neither given. @default null: no such listener */
    readonly status: Endpoint | null
    /** Connection string; empty on a data plane. */
    readonly database: string
    /** Where the keys are that wrap the database's own; the first wraps new ones. @default []: nothing is sealed */
    readonly keyring: readonly KeySource[]
    /** Where an operator's hold lives; null keeps none. */
    readonly stateDir: string | null
    /** `https://host:port` at which data planes reach the sync listener, for what is issued to them. */
    readonly syncAddress: string | null
    /** The authority that issues instance leaves: files, or the PEM itself. */
    readonly authority: { readonly cert: string; readonly key: string } | null
    /** How long an instance's certificate lives, in seconds. @default 395 days */
    readonly instanceCertificateLife: number
    readonly peer: { readonly region: string; readonly host: string; readonly admin: string | null } | null
    /** Creates the lineage in an empty database. @default false */
    readonly initialWriter: boolean
    /** @default 'confirmed' with a peer, 'local' without */
    readonly commit: 'confirmed' | 'local'
    /** @default 3 */
    readonly lease: number
    /** Until a write that nobody confirms answers 504. @default 5 */
    readonly confirmTimeout: number
    /** Gateway groups that are there without anybody creating them, by their ids. @default {} */
    readonly gatewayGroups: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>
    /** How long an instance may be silent, or behind, before it is called so. Milliseconds. */
    readonly fleet: {
      /** Without a heartbeat: `Lost Connection`. @default 30 s */
      readonly lostAfter: number
      /** `Offline`. @default 2 h */
      readonly offlineAfter: number
      /** Listed no more. @default 7 days */
      readonly removedAfter: number
      /** What is published must be applied within this, or it is `Only Heartbeat`. @default 10 s */
      readonly deliveryDeadline: number
    }
    /** How much of the past the database keeps; what is past either limit goes. Ages are seconds. */
    readonly history: {
      /** Revisions whose changes are kept. @default 100,000 */
      readonly revisions: number
      /** @default 3 days */
      readonly age: number
      /** Revisions whose writes are known by their ids. @default 10,000,000 */
      readonly writeRevisions: number
      /** @default 7 days */
      readonly writeAge: number
    }
    /** What is kept of the calls that data planes report. */
    readonly reports: {
      /** Seconds that sums by minute are kept. @default 7 days */
      readonly minutes: number
      /** Seconds that sums by hour are kept. @default 400 days */
      readonly hours: number
      /** Who else is told. @default [] */
      readonly sinks: readonly ReportSinkSettings[]
      /** Bytes that wait for a sink in the database; past it the oldest are dropped. @default 256 MiB */
      readonly outboxSize: number
      /** Seconds that they wait at most. @default 1 day */
      readonly outboxAge: number
    }
  }
}

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(RuntimeConfigFile)

/**
 * Reads the `config.yaml` of a process.
 *
 * @param text the file's content; `${{VAR}}` and `${{VAR:=default}}` in its values are replaced from `env`
 * @param file its name, for messages
 * @returns the configuration, and one warning per key of APISIX that changes nothing here
 * @throws AntipodeError CONFIG_INVALID with every problem and its path
 */
export function loadRuntimeConfig(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): { config: RuntimeConfig; warnings: string[] } {
  const problems: string[] = []
  const warnings: string[] = []
  const document = parseDocument(text)
  for (const error of document.errors) problems.push(error.message.split('\n')[0] ?? error.message)
  if (problems.length > 0) throw new AntipodeError('CONFIG_INVALID', { file, problems: problems.join('; ') })

  const raw = replaceVariables(document.toJS() ?? {}, env, problems)
  const known = keepKnown(raw, RuntimeConfigFile as unknown as SchemaNode, '', { file, problems, warnings })
  if (!validate(known)) problems.push(...describe(validate.errors ?? []))
  else problems.push(...oidcProblems((known as RuntimeConfigFile).antipode?.identity?.oidc ?? []))
  const config = problems.length === 0 ? fill(known as RuntimeConfigFile) : undefined
  if (config) problems.push(...missing(config))
  if (!config || problems.length > 0) throw new AntipodeError('CONFIG_INVALID', { file, problems: problems.join('; ') })
  return { config, warnings }
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

/** A copy without empty and meaningless keys; unknown keys become problems that name the nearest known one. */
function keepKnown(
  value: unknown,
  schema: SchemaNode,
  path: string,
  found: { file: string; problems: string[]; warnings: string[] },
): unknown {
  if (!schema.properties || value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
    if (property) {
      if (item !== null) kept[key] = keepKnown(item, property, at, found)
    } else if (KEYS_WITHOUT_MEANING.has(at)) {
      found.warnings.push(`${found.file}: ${at} is a key of APISIX that has no effect here`)
    } else {
      const siblings = [...KEYS_WITHOUT_MEANING].flatMap((known) => childOf(known, path))
      const nearest = nearestTo(key, [...Object.keys(schema.properties), ...siblings])
      found.problems.push(`${at} is unknown; the nearest known key is ${path === '' ? '' : `${path}.`}${nearest}`)
    }
  }
  return kept
}

function childOf(known: string, path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`
  const rest = known.startsWith(prefix) ? known.slice(prefix.length) : ''
  return rest === '' || rest.includes('.') ? [] : [rest]
}

function describe(errors: readonly ErrorObject[]): string[] {
  const byPath = new Map<string, ErrorObject[]>()
  for (const error of errors) {
    const path = error.instancePath.slice(1).replaceAll('/', '.') || 'the file'
    byPath.set(path, [...(byPath.get(path) ?? []), error])
  }
  return [...byPath].map(([path, [first, ...others]]) => {
    const texts = [first, ...others].flatMap((error) => (error?.message ? [withChoices(error)] : []))
    const received = first?.keyword === 'required' ? '' : `, not ${JSON.stringify(first?.data)}`
    return `${path} ${[...new Set(texts)].join(' or ')}${received}`
  })
}

function withChoices(error: ErrorObject): string {
  return error.keyword === 'enum' ? `must be one of ${error.params.allowedValues.join(', ')}` : String(error.message)
}

function fill(file: RuntimeConfigFile): RuntimeConfig {
  const { apisix = {}, deployment = {}, antipode = {} } = file
  const http = file.nginx_config?.http ?? {}
  const admin = deployment.admin ?? {}
  const listen = apisix.node_listen ?? 9080
  const host = deployment.role_data_plane?.control_plane?.host ?? []
  const certs = deployment.certs ?? {}
  const peer = antipode.peer
  return {
    role: deployment.role ?? 'data_plane',
    region: antipode.region ?? 'local',
    regionIndex: antipode.region_index ?? 1,
    gatewayGroup: antipode.gateway_group ?? 'default',
    certs: { cert: certs.cert ?? '', key: certs.cert_key ?? '', ca: certs.trusted_ca_cert ?? '' },
    heartbeatInterval: antipode.heartbeat_interval ?? 10,
    logLevel: antipode.log_level ?? 'info',
    exposeRegion: antipode.expose_region ?? false,
    fallback: antipode.fallback
      ? {
          url: antipode.fallback.url,
          region: antipode.fallback.region ?? null,
          endpoint: antipode.fallback.endpoint ?? null,
        }
      : null,
    dataPlane: {
      listen: (Array.isArray(listen) ? listen : [listen]).map((item) => endpoint(item, '0.0.0.0', 9080)),
      status: endpoint(apisix.status ?? {}, '127.0.0.1', 7085),
      controlPlanes: (Array.isArray(host) ? host : [host]).map((item) => item.replace(/\/+$/, '')),
      token: antipode.token ?? null,
      directory: antipode.directory ?? null,
      cacheDir: antipode.cache_dir ?? null,
      maxBodySize: bytes(http.client_max_body_size ?? 0),
      headerTimeout: inSeconds(http.client_header_timeout ?? 10),
      bodyTimeout: inSeconds(http.client_body_timeout ?? 10),
      keepaliveTimeout: inSeconds(http.keepalive_timeout ?? 60),
      deleteUriTailSlash: apisix.delete_uri_tail_slash ?? false,
      trustedAddresses: apisix.trusted_addresses ?? [],
      reports: {
        interval: Math.max(0.1, inSeconds(antipode.reports?.interval ?? 15)),
        index: antipode.reports?.index ?? null,
        spoolSize: bytes(antipode.reports?.spool_size ?? '64m'),
        spoolAge: inSeconds(antipode.reports?.spool_age ?? '1d'),
      },
    },
    controlPlane: {
      admin: {
        listen: endpoint(admin.admin_listen ?? {}, '0.0.0.0', 9180),
        keyRequired: admin.admin_key_required ?? true,
        keys: admin.admin_key ?? [],
        allow: admin.allow_admin ?? ['127.0.0.0/24'],
      },
      identity: {
        bootstrap: antipode.identity?.bootstrap ?? null,
        sessionTtl: inSeconds(antipode.identity?.session_ttl ?? '1h'),
        auditRetention: inSeconds(antipode.identity?.audit_retention ?? '400d'),
        oidc: (antipode.identity?.oidc ?? []).map(fillOidc),
      },
      syncListen: endpoint(antipode.sync_listen ?? {}, '0.0.0.0', 7943),
      status: antipode.status ? endpoint(antipode.status, '127.0.0.1', 7081) : null,
      database: antipode.database ?? '',
      keyring: keySources(antipode.keyring),
      stateDir: antipode.state_dir ?? null,
      syncAddress: antipode.sync_address?.replace(/\/+$/, '') ?? null,
      authority: antipode.authority ?? null,
      instanceCertificateLife: inSeconds(antipode.instance_certificate_life ?? '395d'),
      peer: peer ? { region: peer.region, host: peer.host, admin: peer.admin ?? null } : null,
      initialWriter: antipode.initial_writer ?? false,
      commit: antipode.commit ?? (peer ? 'confirmed' : 'local'),
      lease: antipode.lease ?? 3,
      confirmTimeout: antipode.confirm_timeout ?? 5,
      gatewayGroups: Object.fromEntries(
        Object.entries(antipode.gateway_groups ?? {}).map(([id, { labels = {} }]) => [id, { labels }]),
      ),
      fleet: {
        lostAfter: inSeconds(antipode.fleet?.lost_after ?? '30s') * 1000,
        offlineAfter: inSeconds(antipode.fleet?.offline_after ?? '2h') * 1000,
        removedAfter: inSeconds(antipode.fleet?.removed_after ?? '7d') * 1000,
        deliveryDeadline: inSeconds(antipode.fleet?.delivery_deadline ?? '10s') * 1000,
      },
      history: {
        revisions: antipode.history?.revisions ?? 100_000,
        age: inSeconds(antipode.history?.age ?? '3d'),
        writeRevisions: antipode.history?.write_revisions ?? 10_000_000,
        writeAge: inSeconds(antipode.history?.write_age ?? '7d'),
      },
      reports: {
        minutes: inSeconds(antipode.reports?.minutes ?? '7d'),
        hours: inSeconds(antipode.reports?.hours ?? '400d'),
        sinks: antipode.reports?.sinks ?? [],
        outboxSize: bytes(antipode.reports?.outbox_size ?? '256m'),
        outboxAge: inSeconds(antipode.reports?.outbox_age ?? '1d'),
      },
    },
  }
}

/** What a role cannot run without. */
function missing(config: RuntimeConfig): string[] {
  const { token, directory, controlPlanes } = config.dataPlane
  const needed: [string, unknown][] = [['deployment.certs.trusted_ca_cert', config.certs.ca]]
  if (config.role !== 'data_plane' || token === null) {
    needed.unshift(['deployment.certs.cert', config.certs.cert], ['deployment.certs.cert_key', config.certs.key])
  }
  if (config.role === 'data_plane') {
    needed.push(['deployment.role_data_plane.control_plane.host', controlPlanes[0] ?? directory])
  } else {
    needed.push(['antipode.database', config.controlPlane.database])
    needed.push(['antipode.authority', config.controlPlane.authority])
  }
  const problems = needed.flatMap(([path, value]) => (value ? [] : [`${path} is required for a ${config.role}`]))
  const { commit, peer, admin, identity, fleet } = config.controlPlane
  if (!(fleet.lostAfter < fleet.offlineAfter && fleet.offlineAfter < fleet.removedAfter)) {
    problems.push('antipode.fleet needs lost_after below offline_after, and that below removed_after')
  }
  if (commit === 'confirmed' && !peer && config.role === 'control_plane') {
    problems.push("antipode.commit 'confirmed' needs antipode.peer, which confirms; name it, or set commit to local")
  }
  const nobody = admin.keyRequired && admin.keys.length === 0 && identity.bootstrap === null
  if (config.role === 'control_plane' && nobody) {
    problems.push(
      'deployment.admin.admin_key is empty though admin_key_required is on; name a key, or turn it off, or set antipode.identity.bootstrap',
    )
  }
  if (config.role === 'control_plane' && config.fallback?.url.startsWith('http')) {
    problems.push(
      `antipode.fallback.url of a control plane, which writes, is s3://bucket/prefix, not ${config.fallback.url}`,
    )
  }
  const sinks = config.controlPlane.reports.sinks.map(({ name }) => name)
  const twice = sinks.find((name, place) => sinks.indexOf(name) !== place)
  if (twice !== undefined) problems.push(`antipode.reports.sinks names ${twice} twice; give each a name of its own`)
  return problems
}

function endpoint(value: number | { ip?: string; port?: number }, ip: string, port: number): Endpoint {
  return typeof value === 'number' ? { ip, port: value } : { ip: value.ip ?? ip, port: value.port ?? port }
}

function bytes(value: number | string): number {
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[String(value).slice(-1).toLowerCase()] ?? 1
  return Number.parseInt(String(value), 10) * unit
}

function inSeconds(value: number | string): number {
  if (typeof value === 'number') return value
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[value.replace(/^[0-9]+/, '')] ?? 1
  return Number.parseInt(value, 10) * unit
}
