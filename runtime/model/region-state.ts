import type { Version } from './version.ts'

/**
 * The role of a region's control plane at run time (replication, invariants 3 to 5).
 *
 * - `fenced`: may not hold the newest epoch: just started, or has seen a higher one. Refuses writes.
 * - `standby`: its database is a read-only replica. Confirms what it sees; refuses writes.
 * - `active`: holds the newest epoch and a lease. Accepts writes.
 * - `frozen`: holds the newest epoch but cannot renew its lease or confirm. Refuses writes.
 * - `draining`: gives its epoch up in a planned switchover. Refuses writes.
 * - `solo`: declared to write without a confirming peer; durability is `local`.
 */
export const REGION_ROLES = ['fenced', 'standby', 'active', 'frozen', 'draining', 'solo'] as const
export type RegionRole = (typeof REGION_ROLES)[number]

/** What a 2xx promises: on the survivor (`confirmed`), or only on the writer's own disk (`local`). */
export type Durability = 'confirmed' | 'local'

/**
 * How a gateway instance is.
 *
 * - `Healthy`: heartbeats come, and it serves what was published, or was published no longer ago than the deadline.
 * - `Only Heartbeat`: heartbeats come, but configuration is refused or late; `reason` says which.
 * - `Lost Connection`, `Offline`: no heartbeat for longer than the limits of the same names.
 */
export type InstanceStatus = 'Healthy' | 'Only Heartbeat' | 'Lost Connection' | 'Offline'

/** What one control plane knows of one gateway instance. */
export interface InstanceState {
  readonly id: string
  readonly hostname: string
  readonly group: string
  readonly region: string
  readonly status: InstanceStatus
  /** When it became so, ISO 8601. Absent, like all that follows without a value, from older releases. */
  readonly since?: string
  /** Why it does not serve what was published; null where it does, or nothing is heard of it. */
  readonly reason?: string | null
  /** Resources that it cannot use: it keeps their last good versions. */
  readonly refused?: readonly { readonly type: string; readonly id: string; readonly reason: string }[]
  readonly labels?: Readonly<Record<string, string>>
  /** The release that it runs. */
  readonly runtimeVersion?: string
  readonly lineage: string | null
  readonly version: Version | null
  readonly hash: string | null
  readonly lastSeen: string
  /** What it shows, with what it is revoked by: itself, and the bundle or token that it comes from. */
  readonly certificate?: {
    readonly serial: string
    readonly expires: string
    readonly origin: string
    /** SHA-256 of the authority's public key. */
    readonly authority: string | null
  }
}

/** `GET /antipode/region` on the Admin API and on the sync listener. Times are seconds. */
export interface RegionState {
  readonly region: string
  readonly role: RegionRole
  /** Why the role is what it is, in a sentence. */
  readonly reason: string
  readonly lineage: string | null
  readonly epoch: number
  readonly revision: number
  /** Hash of the configuration of the gateway group `default` at `(epoch, revision)`. */
  readonly hash: string | null
  /** The same of each other group that holds, or held, something. Absent where there is none. */
  readonly groups?: Readonly<Record<string, string>>
  readonly durability: Durability
  /** The region that wrote the newest epoch known here. */
  readonly writer: string | null
  /** Remaining right to write; null where there is none to hold (standby, solo, `commit: 'local'`). */
  readonly lease: { readonly ttl: number; readonly remaining: number } | null
  readonly peer: {
    readonly region: string
    readonly reachable: boolean
    readonly role: RegionRole | null
    readonly epoch: number | null
    readonly revision: number | null
  } | null
  /** How far this region's replica is behind; null on a writer. */
  readonly lag: { readonly bytes: number; readonly seconds: number } | null
  readonly database: {
    readonly reachable: boolean
    /** Whether it follows another: in recovery, or subscribed to it. */
    readonly inRecovery: boolean | null
    readonly lsn: string | null
    readonly streaming: boolean | null
    readonly systemIdentifier: string | null
  }
  /** An operator's hold: this region is not promoted without `allowDataLoss`. */
  readonly hold: { readonly by: string; readonly since: string } | null
  /**
   * What it would do by itself once the other region was gone: take over, or go on alone. Absent where only operators
   * move the right to write, and from older releases.
   */
  readonly automatic?: { readonly ready: boolean; readonly reason: string }
  /** Newest revision whose writes the writer has answered, as far as this region was told. */
  readonly answered: Version | null
  /** The gateway instances that this region serves. */
  readonly instances: readonly InstanceState[]
  /** Those that its peer, a standby that cannot keep them itself, has told it of. */
  readonly peerInstances: readonly InstanceState[]
}

/** `PUT /antipode/region`, mutual TLS, peers and operators only. `expectedEpoch` makes it compare-and-swap. */
export interface RegionChange {
  /** `draining` gives up, `active` takes over (or takes a drain back), `solo` writes on alone. Absent: only `hold`. */
  readonly role?: 'draining' | 'active' | 'solo'
  readonly expectedEpoch?: number
  /** With `active` on a standby: the epoch to begin, `epoch mod 64` being this region's index. */
  readonly epoch?: number
  /** With `active`: a driver has proved that the old writer's processes ended, or it gave its lease back by draining. */
  readonly writerEnded?: boolean
  /** With `active`: stay `active` awaiting confirmation (switchover) instead of going `solo` (failover). */
  readonly awaitConfirmation?: boolean
  readonly allowDataLoss?: boolean
  /** With `solo`: the peer and its data no longer exist, so it cannot carry a hold. */
  readonly peerIsDestroyed?: boolean
  readonly hold?: boolean
}
