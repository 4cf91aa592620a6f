import type { Logger } from 'pino'
import type { Durability, RegionRole } from '../../model/region-state.ts'
import type { Version } from '../../model/version.ts'
import type { Keyring } from '../keyring/keyring.ts'
import type { HistoryWindow } from '../store/compaction.ts'
import type { Configuration } from '../store/configuration.ts'
import type { Publication } from '../store/sequencer.ts'
import type { WriteTrace } from '../store/write-trace.ts'
import type { Lease, PromotionWait } from './lease.ts'
import type { PeerLink } from './peer-link.ts'

/** What one region's control plane is configured to be. Times are milliseconds. */
export interface RegionSettings {
  readonly region: string
  readonly regionIndex: number
  readonly database: string
  readonly initialWriter: boolean
  readonly commit: Durability
  readonly leaseTtl: number
  readonly confirmTimeout: number
  readonly peerRegion: string | null
  /** Without one nothing is ever forgotten. */
  readonly history?: HistoryWindow
}

/** What leading and following share: the link, the clocks, and the face that this region shows. */
export interface RegionContext {
  readonly settings: RegionSettings
  readonly logger: Logger
  readonly link: PeerLink | null
  readonly lease: Lease
  readonly promotionWait: PromotionWait
  /** Seals the database's values, and opens them. */
  readonly keyring: Keyring
  trace(): WriteTrace | undefined
  readonly role: RegionRole
  setRole(role: RegionRole, reason: string): void
  setDatabase(facts: Partial<DatabaseFacts>): void
  setHistory(history: { lineage: string; epoch: number; writer: string }): void
  /** Another control plane of this region leads; only that one speaks to the peer. */
  joinLeader(address: string): void
  /** The reason for an operator's hold is gone. */
  endHold(): void
  /** Shows and publishes a whole configuration anew. */
  show(configuration: Configuration, version: Version): void
  /** Shows and publishes the next revision of the configuration last shown, which has been brought forward already. */
  advance(publication: Publication): void
}

/** What is known of this region's own database. */
export interface DatabaseFacts {
  readonly reachable: boolean
  readonly inRecovery: boolean | null
  readonly lsn: string | null
  readonly streaming: boolean | null
  readonly systemIdentifier: string | null
  readonly lag: { readonly bytes: number; readonly seconds: number } | null
}

/** Before anything was asked of the database. */
export const UNREACHED: DatabaseFacts = {
  reachable: false,
  inRecovery: null,
  lsn: null,
  streaming: null,
  systemIdentifier: null,
  lag: null,
}

/** Leave to begin an epoch, given by an operator through `PUT /antipode/region`. */
export interface Mandate {
  readonly epoch: number
  readonly expectedEpoch: number
  /** Write on alone until a candidate confirms again. */
  readonly solo: boolean
}
