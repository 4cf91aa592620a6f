import type { AutomaticFailoverSettings } from './automatic-failover.ts'
import type { KeySource } from './keyring-settings.ts'
import type { OidcSettings } from './oidc-settings.ts'
import type { ReportSinkSettings } from './report-sink-settings.ts'

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

/** Where a control plane hands out the Terraform provider, and what it knows of it. */
export interface ProviderRegistrySettings {
  /** What `antipode provider release` wrote. */
  readonly directory: string
  /** @default { ip: '0.0.0.0', port: 7944 } */
  readonly listen: Endpoint
  /** DNS names and addresses by which Terraform calls it; the deployment's authority issues a certificate for them. */
  readonly names: readonly string[]
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
    /** By which the control plane's list of instances is filtered. @default {} */
    readonly labels: Readonly<Record<string, string>>
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
    /** How regions of a pair act without an operator. @default null: they do not */
    readonly automaticFailover: AutomaticFailoverSettings | null
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
    /** The registry of the Terraform provider. @default null: no such listener */
    readonly providerRegistry: ProviderRegistrySettings | null
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
