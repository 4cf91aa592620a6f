import type { Topology } from '../../../topology/index.ts'
import type { JournalLine } from '../journal.ts'
import type { ClockMarks } from '../measure/clock-marks.ts'
import type { CallsPerSecond, RequestLedger } from '../measure/loss.ts'
import type { Checked, LedgerAudit, Reconciliation } from '../verdict/evidence.ts'
import type { VerdictName } from '../verdict/judge.ts'
import type { ObjectiveResult } from '../verdict/objectives.ts'

/**
 * A drill's whole account: `report.json`, and what the other formats are made of. Times are seconds since the first
 * call of the drill; absent ones are null.
 */
export interface DrillReport {
  readonly format: 1
  readonly drill: {
    readonly name: string
    readonly claim: string
    readonly topology: string
    readonly topologyHash: string
    /** Absent from reports of earlier releases, which drilled active-passive topologies alone. */
    readonly mode?: Topology['mode']
    /** Run against what is deployed. Absent from reports of earlier releases, which rehearsed alone. */
    readonly live?: boolean
  }
  readonly fault: string
  readonly blastRadius: readonly string[]
  readonly verdict: VerdictName
  readonly sentence: string
  readonly reasons: readonly string[]
  readonly findings: readonly string[]
  /** ISO 8601, of the first call. */
  readonly started: string
  /** Seconds from the command to the report. */
  readonly took: number
  readonly objectives: readonly ReportedObjective[]
  readonly cohorts: readonly ReportedCohort[]
  readonly marks: ClockMarks
  readonly callsPerSecond: readonly CallsPerSecond[]
  /** What recovery was made of, in order; empty when no call failed. */
  readonly criticalPath: readonly { readonly part: string; readonly seconds: number }[]
  readonly requests: RequestLedger
  /** Percent of the month's error budget at the drill's rate; what the promise allowed, if it said. */
  readonly budget: { readonly burned: number; readonly promised: number | null }
  /** Null where none was made: by a live drill. */
  readonly writes: LedgerAudit | null
  /** What the operator of independent regions changed, found and healed; null, or absent, where one region writes. */
  readonly reconciliation?: Reconciliation | null
  /** What each region's data plane served at the end of each phase; empty where nobody could look. */
  readonly configurations: readonly ServedConfiguration[]
  /** When each vantage point saw an answer change. */
  readonly answers: readonly AnswerChange[]
  readonly ready: readonly Checked[]
  readonly proofs: readonly {
    readonly demand: string
    readonly proved: boolean
    readonly seenFrom: readonly string[]
    readonly of: readonly string[]
  }[]
  readonly expectations: readonly Checked[]
  readonly after: readonly Checked[]
  readonly undo: readonly JournalLine<unknown>[]
  readonly environment: {
    readonly commit: string | null
    readonly versions: Readonly<Record<string, string>>
    readonly machine: string
    /** Where faults of links were made, in words. Absent from live drills, and from reports of earlier releases. */
    readonly linkFaults?: string
    readonly command: string
  }
  readonly nextAction: string
}

export interface ReportedObjective extends ObjectiveResult {
  /** Share of the promise that is left, 0 to 1. */
  readonly margin: number | null
  /** Measured by the last runs of this drill before this one, newest first, at most five. */
  readonly earlier: readonly (number | null)[]
}

export interface ReportedCohort {
  readonly cohort: string
  readonly predicted: number
  readonly arithmetic: string
  /** Seconds from its first failed call until it was served again; 0 when none failed. */
  readonly measured: number | null
}

export interface ServedConfiguration {
  readonly phase: 'baseline' | 'outage' | 'recovered' | 'afterwards'
  readonly region: string
  /** `(epoch,revision)`; null when it did not answer. */
  readonly version: string | null
  readonly hash: string | null
}

export interface AnswerChange {
  readonly vantage: string
  readonly seen: 'authoritative' | 'resolver'
  readonly at: number
  readonly region: string | null
}
