import type { Duration } from './duration.ts'
import type { Percent } from './percent.ts'
import type { Rate } from './rate.ts'

export type Mode = 'active-passive' | 'active-active'
/** `edge`: a region of data planes alone, which follow the control planes of other regions. */
export type Role = 'primary' | 'standby' | 'active' | 'edge'

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
  /** Places that are not AWS, by name. */
  readonly sites: Readonly<Record<string, Site>>
  /** Address ranges that may call the Admin APIs, beside each region's own network. */
  readonly adminFrom: readonly string[]
  readonly database: Database
  /** What is done without an operator. Absent: nothing. */
  readonly failover?: Failover
  /** Where data planes that are new find a configuration while every control plane is gone. Absent: nowhere. */
  readonly fallback?: 'bucket'
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
  /** ARN of a KMS key that is there already; null: one is made. */
  readonly key: string | null
  readonly callers: Callers
  readonly dataPlane: DataPlaneCapacity
  /** Further data planes, each a cluster with a gateway group, a host and a balancer of its own; by name. */
  readonly clusters: Readonly<Record<string, Cluster>>
  readonly controlPlane: RegionControlPlane
  /** Null in an edge. */
  readonly database: RegionDatabase | null
}

export interface RegionControlPlane {
  /** 0 in an edge. */
  readonly instances: number
  /**
   * Of an edge: the regions whose control planes its data planes follow, all of one lineage, in the order in which they
   * are called. Empty elsewhere: data planes follow their own region's, then its peer's.
   */
  readonly from: readonly string[]
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

/** Data planes of one gateway group behind one balancer. Clusters of one name, in whatever region, share a host. */
export interface Cluster extends DataPlaneCapacity {
  readonly group: string
  readonly host: string
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
  /** Its address range, CIDR; null where no VPN leads to it. */
  readonly network: string | null
  /** Public IPv4 address of its VPN device; null: no VPN. */
  readonly gateway: string | null
  /** Its autonomous system, where the device speaks BGP; null: routes are static. */
  readonly asn: number | null
  /** Null where no gateways run there. */
  readonly dataPlane: SiteDataPlane | null
  /** Whose control planes its data planes follow; empty without data planes. */
  readonly controlPlane: { readonly from: readonly string[] }
  readonly callers: Callers
}

/** Data planes that somebody else runs: only how they connect, and how callers find them, is synthesised. */
export interface SiteDataPlane {
  /** Public IPv4 address, fixed, where callers and health checks reach them. */
  readonly address: string
  readonly instances: number
  /** What one instance carries. */
  readonly each: Rate
  /** Address ranges from which they call the control planes. */
  readonly networks: readonly string[]
  /** The AWS region it is nearest to, for the policy `latency` of Route 53; null: not told. */
  readonly near: string | null
}

export interface Database {
  /** `instance`: RDS for PostgreSQL, with a replica in the standby. `aurora-global`: Aurora Global Database. */
  readonly kind: 'instance' | 'aurora-global'
  /** PostgreSQL's major version. */
  readonly version: 17 | 18
  /** Such as `db.m7g.large`, the same in every region; null: what suits the kind. */
  readonly instanceClass: string | null
  /**
   * `physical`: the standby's database is a replica. `logical`: each database is created for itself, and the standby's
   * subscribes. `none`: each is alone.
   */
  readonly replication: 'physical' | 'logical' | 'none'
  /** `confirmed`: a write is acknowledged when the standby holds it. `local`: when its own region's database does. */
  readonly commit: 'confirmed' | 'local'
  /** A writer that has not been confirmed for this long refuses writes. */
  readonly lease: Duration
  /** How far a replica may be behind before an alarm rings. */
  readonly maxLag: Duration
  /** Whether each region's backups are also kept in another region. */
  readonly backupCopies: 'daily' | 'none'
}

export interface Failover {
  readonly automatic: AutomaticFailover
}

/** How a pair moves the right to write without an operator. */
export interface AutomaticFailover {
  /** How long the other region must have been silent. */
  readonly after: Duration
  /** A writer whose standby confirms nothing goes on alone, so that what it acknowledges is on its own disk only. */
  readonly solo: boolean
  /** Null: two regions alone. */
  readonly witness: Witness | null
}

/** One object in a third place, which only one of two regions can win. */
export interface Witness {
  /** `https://…`, or `s3://bucket/key`. */
  readonly url: string
  /** Of the bucket; null where the endpoint needs none. */
  readonly region: string | null
  /** Of an S3-compatible store other than AWS; null: AWS's own. */
  readonly endpoint: string | null
}

export interface Gslb {
  readonly provider: 'route53' | 'accelerator' | 'cloudflare'
  readonly policy: 'failover' | 'latency' | 'geolocation' | 'weighted'
  /** How long resolvers keep an answer. */
  readonly ttl: Duration
  /** What callers add on top: their own cache, a retry, a connection that is kept. */
  readonly clientTail: Duration
  readonly health: HealthCheck
  readonly switch: GslbSwitch
  /** With the provider `cloudflare`, and only with it. */
  readonly cloudflare?: CloudflareSettings
}

/** Where Cloudflare's load balancer lives, and what it does. */
export interface CloudflareSettings {
  /** Id of the account that owns pools and monitors, 32 hex digits. */
  readonly account: string
  /** Id of the zone that the host is in, 32 hex digits. */
  readonly zone: string
  readonly plan: 'pay-as-you-go' | 'enterprise'
  /** Calls pass through Cloudflare, so that no resolver's cache stands between a lost region and its callers. */
  readonly proxied: boolean
  /** From where regions are checked: codes of Cloudflare's regions, or ALL_REGIONS. */
  readonly checkRegions: readonly string[]
  /** Where regions are, by region; with them, `latency` goes by distance. Empty: by round trips that are measured. */
  readonly coordinates: Readonly<Record<string, Coordinates>>
}

/** Decimal degrees. */
export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
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
