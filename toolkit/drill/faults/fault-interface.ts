import type { FaultUndo, Link, LocalTopology, Part } from '../../local/local-topology.ts'
import type { Observations } from '../measure/observations.ts'

/** One fault with its targets, ready to be carried out. Each fault adds its own fields. */
export interface FaultPlan {
  readonly fault: string
}

/** A fault as a drill's file, or a command line, writes it: `{ slow: [a, b], delay: 40ms }`. */
export type FaultEntry = Readonly<Record<string, unknown>>

/** Tells a reader what is wrong with one field of an entry. */
export type ReportProblem = (field: string, received: unknown, change: string) => void

/** What a fault reaches: named so that a drill can print its blast radius before anything happens. */
export interface Reach {
  readonly regions: readonly { readonly region: string; readonly parts: readonly Part[] }[]
  readonly links: readonly (readonly [string, string])[]
}

/** What the vantage points say about a fault. */
export interface Proof {
  readonly proved: boolean
  /** When the last of them had seen it, monotonic milliseconds; null until then. */
  readonly at: number | null
  /** Those that have seen it. */
  readonly seenFrom: readonly string[]
  /** Those that were asked. */
  readonly of: readonly string[]
}

/**
 * A kind of fault. Its folder holds `fault.ts` (how it is written and done), `proof.ts` (how it is seen from outside)
 * and `undo.ts` (what takes it back).
 */
export interface Fault<Plan extends FaultPlan = FaultPlan> {
  readonly name: string
  readonly summary: string
  /** Fields its entry may have beside its own name. */
  readonly fields: readonly string[]
  /** What `antipode fault <name>` takes, for its help. */
  readonly usage: string
  readonly example: string
  /** Who proves it, and the fact they must see; the middle of `vantage(all) sees 0 answers within 10s`. */
  readonly witness: 'vantage' | 'writer'
  readonly fact: string

  /** Makes an entry of the words after `antipode fault <name>`; undefined when they do not fit `usage`. */
  entryOf(words: readonly string[], parts: string | undefined): FaultEntry | undefined
  /** Reports every problem of an entry; undefined when there is one. */
  read(entry: FaultEntry, regions: readonly string[], problem: ReportProblem): Plan | undefined
  /** What was done, in the past tense, for operators: `us-east-1: database killed`. */
  describe(plan: Plan): string
  /** The same for anybody, as the beginning of a sentence: `us-east-1 was lost`. */
  headline(plan: Plan): string
  reach(plan: Plan): Reach
  /** The GSLB's health check of this region fails by it. */
  failsHealthCheck(plan: Plan, region: string): boolean
  /** This region, were it the writer, can no longer acknowledge writes, so that an operator must act. */
  stopsWriter(plan: Plan, region: string): boolean

  inject(topology: LocalTopology, plan: Plan): Promise<void>
  /** `witnesses` are the vantage points whose word is asked for; `since` is when the fault was begun. */
  prove(plan: Plan, seen: Observations, witnesses: readonly string[], since: number): Proof
  /** What restores the state before it; `links` is that state. */
  undo(plan: Plan, links: readonly Link[]): FaultUndo[]
}
