import type { Duration } from './duration.ts'
import type { Percent } from './percent.ts'
import type { Rate } from './rate.ts'

export type Mode = 'active-passive' | 'active-active'
export type Role = 'primary' | 'standby' | 'active'

/**
 * One gateway across regions, checked and with every default filled in: plain data that turns into JSON and back
 * through `defineTopology`. What a person writes is a `TopologyDescription`.
 */
export interface Topology {
  readonly name: string
  readonly mode: Mode
  /** The name callers use. */
  readonly host: string
  /** By name, in the order they were declared. */
  readonly regions: Readonly<Record<string, Region>>
  readonly links: Links
  /** Places that are not AWS and reach every region over a VPN, by name. */
  readonly sites: Readonly<Record<string, Site>>
  readonly database: Database
  readonly gslb: Gslb
  /** By name. Data planes of one group hold the same configuration. */
  readonly gatewayGroups: Readonly<Record<string, GatewayGroup>>
  /** The most calls per second that ever arrive, over all regions. */
  readonly peak: Rate
  readonly objectives: Objectives
}

export interface Region {
  readonly role: Role
  /** 1 to 63, never reused: epochs that this region mints are this index modulo 64. */
  readonly index: number
  /** The region's address range, CIDR. */
  readonly network: string
  /** Availability zones by their letter. */
  readonly zones: readonly string[]
  readonly callers: Callers
  readonly dataPlane: DataPlaneCapacity
  readonly controlPlane: { readonly instances: number }
  readonly database: RegionDatabase
}

/** Which callers a region takes while it is healthy, where the GSLB's policy asks. */
export interface Callers {
  /** Its share, relative to the other regions' weights; for the policy `weighted`. */
  readonly weight: number
  /** Codes of Route 53, such as EU; for the policy `geolocation`. */
  readonly continents: readonly string[]
  /** Codes of ISO 3166-1, such as DE; for the policy `geolocation`. A country goes before its continent. */
  readonly countries: readonly string[]
}

export interface DataPlaneCapacity {
  /** Always running: only these count when a region is lost, since growing takes the cloud's own control plane. */
  readonly instances: number
  readonly growsTo: number
  /** What one instance carries. */
  readonly each: Rate
}

/**
 * Which database a region has: an identity, never a role. A switchover or failover changes no identity; a database
 * that is rebuilt from its successor is a new one, of the next generation.
 */
export interface RegionDatabase {
  readonly generation: number
  /** The database that this one was created as a replica of; null where it was created empty. */
  readonly from: DatabaseSource | null
}

export interface DatabaseSource {
  readonly region: string
  readonly generation: number
}

export interface Links {
  readonly kind: 'peering' | 'transit-gateway' | 'none'
}

export interface Site {
  /** Its address range, CIDR. */
  readonly network: string
  /** Public IPv4 address of its VPN device. */
  readonly gateway: string
  /** Its autonomous system, where the device speaks BGP; null: routes are static. */
  readonly asn: number | null
}

export interface Database {
  /** `instance`: RDS for PostgreSQL, with a replica in the standby. `aurora-global`: Aurora Global Database. */
  readonly kind: 'instance' | 'aurora-global'
  /** PostgreSQL's major version. */
  readonly version: 17 | 18
  readonly replication: 'physical' | 'none'
  /** `confirmed`: a write is acknowledged when the standby holds it. `local`: when its own region's database does. */
  readonly commit: 'confirmed' | 'local'
  /** A writer that has not been confirmed for this long refuses writes. */
  readonly lease: Duration
  /** How far a replica may be behind before an alarm rings. */
  readonly maxLag: Duration
  /** Whether each region's backups are also kept in another region. */
  readonly backupCopies: 'daily' | 'none'
}

export interface Gslb {
  readonly provider: 'route53' | 'accelerator'
  readonly policy: 'failover' | 'latency' | 'geolocation' | 'weighted'
  /** How long resolvers keep an answer. */
  readonly ttl: Duration
  /** What callers add on top: their own cache, a retry, a connection that is kept. */
  readonly clientTail: Duration
  readonly health: HealthCheck
  readonly switch: GslbSwitch
}

/** How people take a region out of the answers while its checks pass. */
export interface GslbSwitch {
  readonly kind: 'none' | 'routing-control' | 'inverted-check'
  /** Of `inverted-check`: a region is off while `<url>/<region>` is there. */
  readonly url: string | null
}

export interface HealthCheck {
  readonly interval: Duration
  /** Failures in a row until a checker sees a region as down. */
  readonly threshold: number
}

export interface GatewayGroup {
  readonly labels: Readonly<Record<string, string>>
}

export interface Objectives {
  /** From the fault until the GSLB stops answering with the lost region. */
  readonly detect: Duration
  /** From the first failed call until callers are served again. */
  readonly rto: Duration
  readonly rpo: { readonly revisions: number }
  /** What survivors' warm capacity must have to spare over the peak. */
  readonly headroom: Percent
  readonly availability: Percent
}
