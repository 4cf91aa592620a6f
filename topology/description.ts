import type { Duration } from './duration.ts'
import type { Percent } from './percent.ts'
import type { Rate } from './rate.ts'
import type { Mode, Role } from './topology.ts'

/** `seconds(10)`, or `'10s'` as in files. */
export type DurationLike = Duration | string
/** `percent(30)`, or `'30%'` as in files. */
export type PercentLike = Percent | string
/** `perSecond(4_000)`, or `'4000/s'` as in files. */
export type RateLike = Rate | string

/** What a person writes; `defineTopology` checks it and fills in what is left out. */
export interface TopologyDescription {
  /** Lower-case letters, digits and hyphens, at most 32; part of every name that is deployed. */
  readonly name: string
  readonly mode: Mode
  /** The name callers use, such as `api.payments.example`. */
  readonly host: string
  /** By name. Append new regions at the end, or give each its `index`: a region's index never changes. */
  readonly regions: Readonly<Record<string, RegionDescription>>
  /** @default { kind: 'peering' } in active-passive, { kind: 'none' } in active-active */
  readonly links?: { readonly kind: 'peering' | 'transit-gateway' | 'none' }
  /** Places that are not AWS, such as an office or another cloud; each gets a VPN to every region. @default none */
  readonly sites?: Readonly<Record<string, SiteDescription>>
  readonly database?: DatabaseDescription
  readonly gslb?: GslbDescription
  /** @default { default: {} } */
  readonly gatewayGroups?: Readonly<Record<string, { readonly labels?: Readonly<Record<string, string>> }>>
  /** The most calls per second that ever arrive, over all regions. */
  readonly peak: RateLike
  readonly objectives: ObjectivesDescription
}

export interface SiteDescription {
  /** Its address range, such as `192.168.0.0/16`. */
  readonly network: string
  /** Public IPv4 address of its VPN device. */
  readonly gateway: string
  /** Its autonomous system, where the device speaks BGP. @default null: routes are static */
  readonly asn?: number | null
}

export interface RegionDescription {
  /** `primary` and `standby` in active-passive, `active` in active-active. */
  readonly role: Role
  /** 1 to 63. @default 1 + the position among the regions */
  readonly index?: number
  /** The region's address range, /16 to /24, such as `10.10.0.0/16`. */
  readonly network: string
  /** Availability zones by their letter. @default ['a', 'b', 'c'] */
  readonly zones?: readonly string[]
  /** Which callers it takes while it is healthy, where the GSLB's policy asks. */
  readonly callers?: {
    /** For `weighted`: its share, 0 to 255, relative to the other regions' weights. @default 1 */
    readonly weight?: number
    /** For `geolocation`: AF, AN, AS, EU, NA, OC or SA. @default none */
    readonly continents?: readonly string[]
    /**
     * For `geolocation`: two letters each, such as DE; they go before continents. @default none: the one region that
     * names no place takes everyone else, or else the first region does
     */
    readonly countries?: readonly string[]
  }
  readonly dataPlane: {
    readonly instances: number
    /** @default instances */
    readonly growsTo?: number
    readonly each: RateLike
  }
  /** @default { instances: 2 } */
  readonly controlPlane?: { readonly instances?: number }
  readonly database?: {
    /** Raised when the region's database is rebuilt. @default 1 */
    readonly generation?: number
    /**
     * The database that this one was created as a replica of; null: created empty. It stays what it was when roles
     * change. Its generation is 1 unless given.
     * @default active-active: null; active-passive: the first region's, and null in the first region
     */
    readonly from?: { readonly region: string; readonly generation?: number } | null
  }
}

export interface DatabaseDescription {
  /** What the regions' databases are on AWS; on a machine of your own they are PostgreSQL. @default 'instance' */
  readonly kind?: 'instance' | 'aurora-global'
  /** @default 17 */
  readonly version?: 17 | 18
  /** @default 'physical' in active-passive, 'none' in active-active */
  readonly replication?: 'physical' | 'none'
  /** @default 'confirmed' in active-passive, 'local' in active-active */
  readonly commit?: 'confirmed' | 'local'
  /** @default 3 s */
  readonly lease?: DurationLike
  /** How far a replica may be behind before an alarm rings, 1 s to 1 h. @default 30 s */
  readonly maxLag?: DurationLike
  /** Copies each region's backups to another region every day. @default 'daily' */
  readonly backupCopies?: 'daily' | 'none'
}

export interface GslbDescription {
  /** `accelerator`: Global Accelerator, without DNS in between. @default 'route53' */
  readonly provider?: 'route53' | 'accelerator'
  /** @default 'failover' in active-passive, 'latency' in active-active */
  readonly policy?: 'failover' | 'latency' | 'geolocation' | 'weighted'
  /** @default 10 s */
  readonly ttl?: DurationLike
  /** @default 5 s */
  readonly clientTail?: DurationLike
  readonly health?: {
    /** 10 s or 30 s. @default 10 s */
    readonly interval?: DurationLike
    /** 1 to 10. @default 2 */
    readonly threshold?: number
  }
  /**
   * How people take a region out of the answers while its checks pass: a routing control of ARC per region, or the file
   * `<url>/<region>` in a place that is in none of the regions.
   * @default { kind: 'none' }
   */
  readonly switch?: {
    readonly kind: 'none' | 'routing-control' | 'inverted-check'
    readonly url?: string | null
  }
}

export interface ObjectivesDescription {
  /** @default the RTO */
  readonly detect?: DurationLike
  readonly rto: DurationLike
  /** @default { revisions: 0 } */
  readonly rpo?: { readonly revisions?: number }
  /** @default 0 % */
  readonly headroom?: PercentLike
  /** @default 99.9 % */
  readonly availability?: PercentLike
}
