import type { Durability, RegionRole } from '../../../runtime/model/region-state.ts'
import type { Part } from '../../local/local-topology.ts'

/**
 * What a drill saw, from outside, and nothing it was told. Times are milliseconds of the monotonic clock. Verdict and
 * report are functions of these alone, so a recorded drill can be judged again.
 */

/** How a call ended. `ok` is the 200 of the drill's own upstream; `status` any other answer. */
export const CALL_OUTCOMES = ['ok', 'status', 'refused', 'reset', 'timeout', 'unresolved', 'backoff'] as const
export type CallOutcome = (typeof CALL_OUTCOMES)[number]

export interface Call {
  readonly vantage: string
  readonly cohort: string
  /** When the open-loop schedule wanted it sent; latency counts from here. */
  readonly scheduled: number
  readonly sent: number
  readonly ended: number
  /** The region whose address was called; null when no address was known. */
  readonly dialled: string | null
  /** The region that says it answered (`X-Antipode-Region`); null when no answer said. */
  readonly answered: string | null
  /** HTTP status; 0 without an answer. */
  readonly status: number
  readonly outcome: CallOutcome
}

/** Whether one part of one region, or the drill's own upstream there, answered one vantage point. */
export interface Probe {
  readonly vantage: string
  readonly region: string
  readonly part: Part | 'upstream'
  readonly sent: number
  readonly ended: number
  readonly answered: boolean
}

/** A control plane's own account, read through its Admin API; true at some instant between `sent` and `ended`. */
export interface ControlPlaneSample {
  readonly vantage: string
  readonly region: string
  readonly sent: number
  readonly ended: number
  readonly role: RegionRole
  /** The history that its versions belong to; null while it has none. */
  readonly lineage: string | null
  readonly epoch: number
  readonly revision: number
  readonly durability: Durability
  readonly peerReachable: boolean | null
  readonly databaseReachable: boolean
  /** Whether its database streams from the writer's; null on a writer. */
  readonly streaming: boolean | null
  /** Data planes of its region that it hears. */
  readonly healthyInstances: number
}

/** What a data plane serves, read from its status listener. */
export interface DataPlaneSample {
  readonly vantage: string
  readonly region: string
  readonly sent: number
  readonly ended: number
  readonly lineage: string
  readonly epoch: number
  readonly revision: number
  readonly hash: string
  /** Frames refused since its start, since they were of an older version than it held. */
  readonly refusedAsOlder: number
}

/** Which edition of the drill's own configuration a region's gateway serves, by its own answer. */
export interface EditionSample {
  readonly vantage: string
  readonly region: string
  readonly sent: number
  readonly ended: number
  /** `1` as published, `2` once an operator has changed it, anything else where somebody else did. */
  readonly edition: string
}

/** What a region's sync listener identified itself with. */
export interface CertificateSample {
  readonly vantage: string
  readonly region: string
  readonly sent: number
  readonly ended: number
  /** Its end is past. */
  readonly expired: boolean
}

/** Which region a name stood for: asked of the GSLB itself, or of a resolver that keeps answers for their TTL. */
export interface AnswerSample {
  readonly vantage: string
  readonly seen: 'authoritative' | 'resolver'
  readonly at: number
  /** Null when nothing answered. */
  readonly region: string | null
  /** Seconds for which the answer may be kept; null when nothing answered, or a resolver of the drill's own did. */
  readonly ttl: number | null
}

export type WriteOutcome =
  /** A 2xx: durable as promised. */
  | 'acknowledged'
  /** Never answered clearly, and later found on the writer. */
  | 'found'
  /** Never answered clearly, and later known not to exist. */
  | 'absent'
  /** Never answered clearly, and no writer has resolved it. */
  | 'in-doubt'
  /** An answer that says nothing was written. */
  | 'refused'

/** One write of the independent client, as its own ledger has it. */
export interface Write {
  readonly id: string
  readonly number: number
  /** The region the deciding answer came from. */
  readonly region: string
  readonly sent: number
  readonly ended: number
  readonly outcome: WriteOutcome
  /** An unclear answer came first (504, or a connection that broke). */
  readonly doubted: boolean
  readonly epoch: number | null
  readonly revision: number | null
  readonly status: number
  readonly code: string | null
  /** Sent on purpose to a region that should refuse it. */
  readonly challenge: boolean
  /** Milliseconds by which the time in the answer is ahead of the client's own clock; null where it holds none. */
  readonly clock: number | null
}

export interface Observations {
  readonly calls: readonly Call[]
  readonly probes: readonly Probe[]
  readonly controlPlanes: readonly ControlPlaneSample[]
  readonly dataPlanes: readonly DataPlaneSample[]
  readonly answers: readonly AnswerSample[]
  readonly certificates: readonly CertificateSample[]
  /** Of independent regions. */
  readonly editions: readonly EditionSample[]
  readonly writes: readonly Write[]
}
