import type { Durability } from '../../runtime/model/region-state.ts'

/** The parts a region runs; each is one or more processes. */
export const PARTS = ['control-plane', 'data-plane', 'database'] as const
export type Part = (typeof PARTS)[number]

/** What a topology's parts run in: processes of this machine, or containers of the production image. */
export const ENGINES = ['local', 'docker'] as const
export type EngineName = (typeof ENGINES)[number]

/** A region as `up --json` prints it. URLs stay the same across restarts. */
export interface LocalRegion {
  readonly name: string
  readonly role: 'primary' | 'standby' | 'active'
  /** Permanent index, 1 to 63: `epoch mod 64` of what it writes. */
  readonly index: number
  /** The loopback address its listeners share. */
  readonly address: string
  /** The Admin API's base URL. */
  readonly admin: string
  /** Null where the Admin API asks for none. */
  readonly adminKey: string | null
  readonly gateway: string
  /** The sync listener, mutual TLS. */
  readonly sync: string
  readonly status: string
  /** Connection string of the control plane's own role. */
  readonly database: string
  /** Root process ids of each part that lives, as this machine sees them; empty where it does not. */
  readonly processes: {
    readonly controlPlane: readonly number[]
    readonly dataPlane: readonly number[]
    readonly database: readonly number[]
  }
}

/** What `up --prepare` makes ready, since only some faults need it: links inside each region; databases on a small disk. */
export const PREPARATIONS = ['inner-links', 'bounded-disk'] as const
export type Preparation = (typeof PREPARATIONS)[number]

export interface LocalGslb {
  /** `address:port` of the DNS server, UDP and TCP. */
  readonly dns: string
  readonly host: string
}

export interface LocalDescription {
  readonly topology: string
  readonly durability: Durability
  readonly gslb: LocalGslb | null
  readonly regions: readonly LocalRegion[]
  readonly dataDir: string
  /** Files of the operator's identity, which speaks mutual TLS to the sync listeners. */
  readonly operator: { readonly certificate: string; readonly key: string; readonly ca: string }
  /** Content hash of the topology. */
  readonly hash: string
  readonly prepared: readonly Preparation[]
  /** How a standby's database follows. */
  readonly replication: 'physical' | 'logical' | 'none'
  readonly engine: EngineName
  /** Where faults of links are made, in words. */
  readonly linkFaults: string
  /** The address at which gateways reach what listens on this machine. */
  readonly machine: string
}

/** A region, or one part of one: `us-east-1`, `us-east-1/control-plane`. */
export type Place = string

/** What lies between two places. Absent fields stay as they are when set. */
export interface LinkState {
  /** Nothing is refused, existing connections stall: bytes are held, or packets dropped; see `linkFaults`. */
  readonly cut?: boolean
  /** Milliseconds added. */
  readonly delay?: number
  /** Share of the segments that are lost, 0 to 1. */
  readonly loss?: number
}

/** What bytes meet that leave `from` for `to`. */
export interface Link {
  readonly from: Place
  readonly to: Place
  readonly cut: boolean
  readonly delay: number
  readonly loss: number
}

export interface DatabaseStatus {
  readonly running: boolean
  /** Whether it follows another; null while it does not accept connections. */
  readonly inRecovery: boolean | null
  /** Of PostgreSQL. */
  readonly major: number
  /** Major of a whole one that was built beside it. */
  readonly beside: number | null
  readonly systemIdentifier: string
  readonly timeline: number
  /** Location of the latest checkpoint, as `0/3000060`. */
  readonly checkpointLsn: string
  /** The newest checkpoint is one of a clean stop. */
  readonly shutDown: boolean
}

/** One region's PostgreSQL. */
export interface LocalDatabase {
  /** From `pg_control` and the process. */
  status(): Promise<DatabaseStatus>
  stop(mode: 'fast' | 'immediate'): Promise<void>
  /** Streams from the database of region `of`, through the link; resolves when it accepts read-only connections. */
  startAsStandby(of: string): Promise<void>
  startAsPrimary(): Promise<void>
  /** Stops it, removes its data, takes a base backup of region `from` and starts as its standby. */
  rebuild(from: string): Promise<void>
  /**
   * Where replication is logical: builds one of another major beside it, from the database of region `from`, while it
   * goes on; resolves when that one holds everything.
   */
  buildBeside(from: string, major: number): Promise<void>
  /** Ends and removes what was built beside. */
  discardBeside(): Promise<void>
  /** What was built beside takes the place of this standby, once it shows all that this one has confirmed. */
  moveIn(): Promise<void>
}

export interface GslbState {
  readonly host: string
  /** Regions that somebody is answered with: with the failover policy one. */
  readonly answers: readonly { readonly region: string; readonly address: string }[]
  readonly healthChecks: readonly {
    readonly region: string
    readonly healthy: boolean
    /** Share of the checkers that see it up, 0 to 1. */
    readonly share: number
    /** When it became what it is, ISO 8601. */
    readonly since: string
  }[]
}

/**
 * A lasting wrong that the supervisor does to what it runs, and takes back.
 *
 * - `dns`: the GSLB answers with `region` whatever its health checks say; with null it answers on as it did, as a
 *   resolver does that serves stale answers.
 * - `lost-slot`: the slot through which `region`'s database streams is gone, and streaming with it.
 * - `full-disk`: the disk of `region`'s database has no byte left. Needs `bounded-disk`.
 * - `old-snapshot`: `region`'s database is what it was a moment ago; what was written since is not there.
 * - `old-frames`: `region`'s data planes reach, in place of their own control plane, one that sends them what that had
 *   published in an earlier epoch. It is done once a later epoch is served, for which somebody has to move the right to
 *   write. Needs `inner-links`.
 * - `clock`: the wall clock of `region`'s control plane jumps by so many milliseconds, forwards or back.
 * - `expired-certificate`: `region`'s control plane identifies itself with a certificate that is past its end.
 */
export type Affliction =
  | { readonly kind: 'dns'; readonly region: string | null }
  | {
      readonly kind: 'lost-slot' | 'full-disk' | 'old-snapshot' | 'old-frames' | 'expired-certificate'
      readonly region: string
    }
  | { readonly kind: 'clock'; readonly region: string; readonly milliseconds: number }

/** A call to the Admin API. */
export interface ConfigurationChange {
  /** Where to; without it where configuration is written: in active-active, every region. */
  readonly region?: string
  readonly method: 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

/** What the supervisor does when a fault's lease expires. */
export type FaultUndo =
  | { readonly do: 'start' | 'thaw'; readonly region: string; readonly parts: readonly Part[] }
  /** One direction. */
  | { readonly do: 'link'; readonly from: Place; readonly to: Place; readonly state: LinkState }
  | { readonly do: 'relieve'; readonly affliction: Affliction }
  | ({ readonly do: 'configure' } & ConfigurationChange)
  /** For the drill that has it: starts its own upstream of a region again. Without that drill there is none. */
  | { readonly do: 'start-upstream'; readonly region: string }
  /** For the drill that stands between its operator and a region's control plane: lets them meet again. */
  | { readonly do: 'join-operator'; readonly region: string }

/** A change of the running topology: a later line of `up --json`. */
export interface LocalEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/**
 * A topology that runs on this machine, as operating commands see and change it. Every call is carried out by the
 * supervisor (`antipode up`), so it also holds when the caller dies right after it.
 */
export interface LocalTopology {
  describe(): Promise<LocalDescription>
  /** SIGKILL to every process of the parts, or `docker kill`; resolves when they are gone. */
  kill(region: string, parts: readonly Part[]): Promise<void>
  /** SIGSTOP to whole process trees, or `docker pause`. */
  freeze(region: string, parts: readonly Part[]): Promise<void>
  /** SIGCONT to whole process trees, or `docker unpause`. */
  thaw(region: string, parts: readonly Part[]): Promise<void>
  /** Starts what is dead as what it was; resolves when it serves (a database: accepts connections). */
  start(region: string, parts: readonly Part[]): Promise<void>
  /** Both directions between two places, or with `there` only what leaves `from` for `to`. */
  link(from: Place, to: Place, state: LinkState, ways?: 'both' | 'there'): Promise<void>
  /** Every direction between two regions, and those between parts that are not as they were. */
  links(): Promise<readonly Link[]>
  /** Resolves when it is in force. Of a kind and a region there is one at a time. */
  afflict(affliction: Affliction): Promise<void>
  /** Takes it back; what is not in force is left alone. */
  relieve(affliction: Affliction): Promise<void>
  /** Changes configuration in every region that writes, or one; repeated until it succeeds, to delete what is gone included. */
  configure(change: ConfigurationChange): Promise<void>
  /** What is in force. */
  afflictions(): Promise<readonly Affliction[]>
  /** Carries out what takes a fault back, as when its lease expires. */
  undo(step: FaultUndo): Promise<void>
  database(region: string): LocalDatabase
  /** Throws when the topology runs without a GSLB. */
  gslb(): Promise<GslbState>
  /** The supervisor carries out `undo` when `seconds` pass without a renewal (a lease of the same id) or release. */
  lease(id: string, seconds: number, undo: readonly FaultUndo[]): Promise<void>
  /** Ends a lease without carrying out its undo. */
  release(id: string): Promise<void>
  events(signal: AbortSignal): AsyncIterable<LocalEvent>
  /** Stops everything, the supervisor included; resolves when nothing is left. */
  stop(): Promise<void>
}
