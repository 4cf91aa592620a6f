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
  /**
   * Between regions with control planes, and between an edge and those that it follows.
   * @default { kind: 'peering' } in active-passive and where there are edges, else { kind: 'none' }
   */
  readonly links?: { readonly kind: 'peering' | 'transit-gateway' | 'none' }
  /** Places that are not AWS, such as an office or another cloud: linked by VPN, or with data planes. @default none */
  readonly sites?: Readonly<Record<string, SiteDescription>>
  /**
   * Address ranges, beside each region's own network, that may call the Admin APIs; they get there over a VPN or a
   * peering of yours, since Admin APIs have no public address.
   * @default none
   */
  readonly adminFrom?: readonly string[]
  readonly database?: DatabaseDescription
  /** What is done without an operator. @default nothing */
  readonly failover?: { readonly automatic: AutomaticFailoverDescription }
  /** Where data planes that are new find a configuration while every control plane is gone. @default nowhere */
  readonly fallback?: 'bucket'
  readonly gslb?: GslbDescription
  /** @default { default: {} } */
  readonly gatewayGroups?: Readonly<Record<string, { readonly labels?: Readonly<Record<string, string>> }>>
  /** The most calls per second that ever arrive, over all regions. */
  readonly peak: RateLike
  readonly objectives: ObjectivesDescription
}

export interface SiteDescription {
  /** Its address range, such as `192.168.0.0/16`. @default null: no VPN leads to it */
  readonly network?: string | null
  /** Public IPv4 address of its VPN device; the VPN leads to every region. @default null: no VPN */
  readonly gateway?: string | null
  /** Its autonomous system, where the device speaks BGP. @default null: routes are static */
  readonly asn?: number | null
  /** Gateways that you run there. @default null: none */
  readonly dataPlane?: {
    /** Public IPv4 address, fixed, where callers and health checks reach them. */
    readonly address: string
    readonly instances: number
    readonly each: RateLike
    /**
     * Address ranges from which they call the control planes' sync listener, always with mutual TLS: over the VPN where
     * there is one, else over the internet.
     * @default the site's network where there is a VPN, else the address alone
     */
    readonly networks?: readonly string[]
    /** The AWS region it is nearest to, which Route 53 needs for the policy `latency`. @default null */
    readonly near?: string | null
  } | null
  /** Whose control planes its data planes follow. @default as for an edge */
  readonly controlPlane?: { readonly from?: readonly string[] }
  /** As of a region. */
  readonly callers?: CallersDescription
}

/** Which callers a place takes while it is healthy, where the GSLB's policy asks. */
export interface CallersDescription {
  /** For `weighted`: its share, 0 to 255, relative to the other places' weights. @default 1 */
  readonly weight?: number
  /** For `geolocation`: AF, AN, AS, EU, NA, OC or SA. @default none */
  readonly continents?: readonly string[]
  /**
   * For `geolocation`: two letters each, such as DE; they go before continents. @default none: the one place that
   * names none takes everyone else, or else the first region does
   */
  readonly countries?: readonly string[]
}

/** Data planes beside a region's `dataPlane`, for one gateway group, with a balancer and credentials of their own. */
export interface ClusterDescription {
  /** One of `gatewayGroups`. */
  readonly group: string
  /** The name its callers use, in the zone of the topology's host. @default `<cluster>.<host>` */
  readonly host?: string
  readonly instances: number
  /** @default instances */
  readonly growsTo?: number
  readonly each: RateLike
}

export interface RegionDescription {
  /**
   * `primary` and `standby` in active-passive, `active` in active-active; in both, `edge` is a region of data planes
   * alone, which follow the control planes of other regions.
   */
  readonly role: Role
  /** 1 to 63. @default 1 + the position among the regions */
  readonly index?: number
  /** The region's address range, /16 to /24, such as `10.10.0.0/16`. */
  readonly network: string
  /** Availability zones by their letter. @default ['a', 'b', 'c'] */
  readonly zones?: readonly string[]
  /** ARN of a KMS key of this region, in place of one that is made. It must let CloudWatch Logs and alarms use it. @default null */
  readonly key?: string | null
  /** Which callers it takes while it is healthy, where the GSLB's policy asks. */
  readonly callers?: CallersDescription
  readonly dataPlane: {
    readonly instances: number
    /** @default instances */
    readonly growsTo?: number
    readonly each: RateLike
  }
  /** More clusters of data planes, by name; each name is in two regions or more. @default none */
  readonly clusters?: Readonly<Record<string, ClusterDescription>>
  readonly controlPlane?: {
    /** @default 2; in an edge 0 */
    readonly instances?: number
    /**
     * Of an edge: the regions whose control planes its data planes follow, the first one first.
     * @default active-passive: primary and standby, in declared order; active-active: the only active region
     */
    readonly from?: readonly string[]
  }
  /** Null in an edge. */
  readonly database?: {
    /** Raised when the region's database is rebuilt. @default 1 */
    readonly generation?: number
    /**
     * The database that this one was created as a replica of; null: created empty. It stays what it was when roles
     * change. Its generation is 1 unless given.
     * @default active-active and logical replication: null; active-passive: the first region's, and null in the first
     * region
     */
    readonly from?: { readonly region: string; readonly generation?: number } | null
  } | null
}

export interface DatabaseDescription {
  /** What the regions' databases are on AWS; on a machine of your own they are PostgreSQL. @default 'instance' */
  readonly kind?: 'instance' | 'aurora-global'
  /** @default 17 */
  readonly version?: 17 | 18
  /**
   * One that AWS offers for the kind, the same in every region.
   * @default null: 'db.m7g.large', or 'db.r7g.large' for aurora-global
   */
  readonly instanceClass?: string | null
  /**
   * `logical` is for databases that are not yours to replicate as a whole, and for upgrades from one major version to
   * the next. On AWS nobody subscribes yet.
   * @default 'physical' in active-passive, 'none' in active-active
   */
  readonly replication?: 'physical' | 'logical' | 'none'
  /** @default 'confirmed' in active-passive, 'local' in active-active */
  readonly commit?: 'confirmed' | 'local'
  /** @default 3 s */
  readonly lease?: DurationLike
  /** How far a replica may be behind before an alarm rings, 1 s to 1 h. @default 30 s */
  readonly maxLag?: DurationLike
  /** Copies each region's backups to another region every day. @default 'daily' */
  readonly backupCopies?: 'daily' | 'none'
}

/** How a pair moves the right to write without an operator: `automatic: {}` turns it on. */
export interface AutomaticFailoverDescription {
  /** How long the other region must have been silent; longer than the lease, at most 1 h. @default 10 s */
  readonly after?: DurationLike
  /**
   * A writer whose standby confirms nothing goes on alone, so that what it acknowledges is on its own disk only. Needs a
   * witness. @default false: it freezes
   */
  readonly solo?: boolean
  /** An object in a third place, so that at most one region goes on. @default null: two regions alone */
  readonly witness?: WitnessDescription | null
}

export interface WitnessDescription {
  /** `https://…` of an endpoint that honours `If-Match`, or `s3://bucket/key`. */
  readonly url: string
  /** Of the bucket: a region of neither side. @default null */
  readonly region?: string | null
  /** Of an S3-compatible store other than AWS, https://…. @default null */
  readonly endpoint?: string | null
}

export interface GslbDescription {
  /**
   * `accelerator`: Global Accelerator, without DNS in between. `cloudflare`: Cloudflare's load balancer.
   * @default 'route53'
   */
  readonly provider?: 'route53' | 'accelerator' | 'cloudflare'
  /** @default 'failover' in an active-passive pair; 'latency' in active-active and wherever edges or sites serve too */
  readonly policy?: 'failover' | 'latency' | 'geolocation' | 'weighted'
  /** @default 10 s; 30 s with Cloudflare, the shortest that it documents */
  readonly ttl?: DurationLike
  /** @default 5 s */
  readonly clientTail?: DurationLike
  readonly health?: {
    /**
     * Route 53: 10 s or 30 s. Accelerator: 5 s to 300 s. Cloudflare: 15 s to 1 h, from 10 s with the plan `enterprise`.
     * @default 10 s; 15 s with Cloudflare's plan `pay-as-you-go`
     */
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
  /** What the provider `cloudflare` needs to know. Its token is read from the environment. */
  readonly cloudflare?: CloudflareDescription
}

export interface CloudflareDescription {
  /** Id of the account that owns pools and monitors, 32 hex digits. */
  readonly account: string
  /** Id of the zone that the host is in, 32 hex digits. */
  readonly zone: string
  /** What Cloudflare is paid for decides how often it may check. @default 'pay-as-you-go' */
  readonly plan?: 'pay-as-you-go' | 'enterprise'
  /**
   * Calls pass through Cloudflare: no TTL counts, and only Cloudflare's networks may call the gateways. Else it answers
   * DNS and no more. @default false
   */
  readonly proxied?: boolean
  /** From where regions are checked: WNAM, ENAM, WEU, EEU, NSAM, SSAM, OC, ME, NAF, SAF, SAS, SEAS or NEAS. @default ['ALL_REGIONS'] */
  readonly checkRegions?: readonly string[]
  /**
   * Where regions are, in decimal degrees, by region. With them the policy `latency` goes by distance.
   * @default none: it goes by the round trips of health checks
   */
  readonly coordinates?: Readonly<Record<string, { readonly latitude: number; readonly longitude: number }>>
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
