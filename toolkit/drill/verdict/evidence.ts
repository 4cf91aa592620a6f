import type { CompiledDrill } from '../compile/compile-drill.ts'
import type { Prediction } from '../compile/predict.ts'
import type { Proof } from '../faults/fault-interface.ts'
import type { ClockMarks } from '../measure/clock-marks.ts'
import type { Observations } from '../measure/observations.ts'

/** A condition of the drill's file, checked. */
export interface Checked {
  readonly text: string
  readonly held: boolean
  /** What was found. */
  readonly detail: string
}

/** What the independent client's own ledger says, and where what it was promised was found afterwards. */
export interface LedgerAudit {
  readonly acknowledged: number
  /** Writes that were ever without a clear answer. */
  readonly doubted: number
  /** Of these: on the survivor after all. */
  readonly found: number
  readonly absent: number
  readonly unresolved: number
  /** Longest time from one acknowledgement to the next, in seconds; null with fewer than two. */
  readonly longestPause: number | null
  /** Acknowledged writes that a region does not have; null when the drill ended before it could be asked. */
  readonly missing: readonly { readonly region: string; readonly ids: readonly string[] }[] | null
}

/** One region that is not as the operator's files say. */
export interface RegionDrift {
  readonly region: string
  /** How, a resource each: `route antipode-drill-kept is missing`. */
  readonly resources: readonly string[]
}

/** A change that an operator made everywhere while a fault lasted. */
export interface ConfigurationChanged {
  readonly edition: number
  /** Monotonic time at which it was made in the last region. */
  readonly at: number
  readonly taken: readonly string[]
  readonly missed: readonly string[]
}

/** One time that the operator compared every region with the files, and made them equal. Times are monotonic. */
export interface DriftRound {
  /** When there was drift to be found, at the earliest. */
  readonly since: number
  /** When every region had been compared; null when one could not be. */
  readonly foundAt: number | null
  readonly found: readonly RegionDrift[]
  /** When a second look found nothing more; null when it never did. */
  readonly healedAt: number | null
}

/** What the operator of regions did that write for themselves. */
export interface Reconciliation {
  /** Null when every region could be reached throughout. */
  readonly change: ConfigurationChanged | null
  readonly rounds: readonly DriftRound[]
}

/**
 * The writes acknowledged before t0, asked for at a gateway: the surviving writer's once callers had recovered; of
 * regions that write for themselves, each one's own, before anything was healed.
 */
export interface ServedAfterFault {
  readonly region: string
  readonly asked: number
  readonly missing: readonly { readonly number: number; readonly acknowledged: number }[]
}

/** Everything a verdict rests on. A verdict is a function of it. */
export interface DrillEvidence {
  readonly drill: CompiledDrill
  readonly prediction: Prediction
  readonly seen: Observations
  /** Regions where several data planes answer at one address. */
  readonly shared: readonly string[]
  readonly marks: ClockMarks
  /** Monotonic times between which traffic and probes ran. */
  readonly began: number
  readonly ended: number
  /** Milliseconds between probes of one part. */
  readonly probeInterval: number
  readonly ready: readonly Checked[]
  readonly proofs: readonly { readonly demand: string; readonly proof: Proof }[]
  /** Of each region whose writes count; empty when none could be asked. */
  readonly served: readonly ServedAfterFault[]
  readonly ledger: LedgerAudit
  /** Null where one region writes for all. */
  readonly reconciliation: Reconciliation | null
  readonly after: readonly Checked[]
  readonly duplicated: number
  /** Why the drill was broken off; null when it ran to its end. */
  readonly aborted: string | null
  /** What kept a step from being done, a sentence each. */
  readonly failures: readonly string[]
}
