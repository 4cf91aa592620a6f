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

/** The writes acknowledged before t0, asked for at the surviving writer's gateway once callers had recovered. */
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
  readonly served: ServedAfterFault | null
  readonly ledger: LedgerAudit
  readonly after: readonly Checked[]
  readonly duplicated: number
  /** Why the drill was broken off; null when it ran to its end. */
  readonly aborted: string | null
  /** What kept a step from being done, a sentence each. */
  readonly failures: readonly string[]
}
