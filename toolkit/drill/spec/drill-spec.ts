import type { Duration, Percent, Rate } from '../../../topology/index.ts'
import type { FaultEntry } from '../faults/fault-interface.ts'
import type { AbortCondition, AfterCheck, Expectation, Placed, ReadyCondition } from './conditions.ts'

export const DRILL_MODES = ['predict', 'rehearse', 'live'] as const
export type DrillMode = (typeof DRILL_MODES)[number]

export const REPORT_FORMATS = ['markdown', 'html', 'json', 'junit'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** A drill as its file describes it, read and typed. Targets are checked when it is compiled against a topology. */
export interface DrillSpec {
  readonly name: string
  /** What the drill is to prove, in a sentence. */
  readonly claim: string
  /** The name of a topology, or the path of its file, from the drill's own folder. */
  readonly topology: string
  readonly mode: DrillMode
  readonly objectives: DrillObjectives
  readonly traffic: Traffic
  readonly ready: readonly Placed<ReadyCondition>[]
  readonly fault: readonly FaultStep[]
  readonly expect: readonly Placed<Expectation>[]
  readonly abort: readonly Placed<AbortCondition>[]
  readonly recover: { readonly failback: 'manual'; readonly hold: Duration }
  readonly after: readonly Placed<AfterCheck>[]
  readonly report: readonly ReportFormat[]
}

/** What is promised; what is absent is the topology's own promise. */
export interface DrillObjectives {
  readonly detect?: Duration
  readonly rto?: Duration
  readonly rpo?: { readonly revisions: number }
  /** Failed share of the calls outside [t1, t5]. */
  readonly loss?: Percent
  /** Failed calls ÷ the month's error budget at the drill's own rate. */
  readonly budget?: Percent
}

export interface Traffic {
  /** Calls per second, over all vantage points and cohorts. */
  readonly rate: Rate
  /** Names of the vantage points; each is a process with a resolver of its own. */
  readonly vantages: readonly string[]
  /** The region that a vantage point is nearest to, where the GSLB asks; the others are dealt out in turn. */
  readonly near: Readonly<Record<string, string>>
  readonly cohorts: readonly Cohort[]
  readonly calls: readonly CallTemplate[]
  /** A call without an answer by then has failed. */
  readonly timeout: Duration
  /** Configuration writes per second of the independent client. @default 5/s */
  readonly writes: Rate
}

/**
 * Callers that behave alike. `fresh`: resolves at every TTL and opens a connection per call. `kept`: keeps its
 * connections, resolves again when they break, and backs off between attempts by up to the topology's client tail.
 */
export interface Cohort {
  readonly name: string
  readonly kind: 'fresh' | 'kept'
}

export interface CallTemplate {
  readonly method: string
  readonly path: string
  /** Sends an `Idempotency-Key`. */
  readonly idempotent: boolean
}

export interface FaultStep {
  /** The fault's own fields, as written; read against the topology's regions. */
  readonly entry: FaultEntry
  /** The kind of fault. */
  readonly name: string
  /** Its place in the file's list. */
  readonly at: number
  readonly lease: Duration
  readonly prove: ProofDemand | undefined
}

/** `vantage(us) sees 0 answers within 10s`. */
export interface ProofDemand {
  readonly text: string
  /** `all`, or one of the vantage points. */
  readonly witness: string
  readonly within: Duration
}
