import type { Topology } from '../../../topology/index.ts'
import type { FaultUndo, Link, LocalTopology, Part, Place, Preparation } from '../../local/local-topology.ts'
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
  readonly links: readonly (readonly [Place, Place])[]
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

/** What a drill itself plays a part with, and a fault may touch; absent where a fault is done by hand. */
export interface Scene {
  /** SIGKILL to the drill's own upstream of a region. */
  loseUpstream(region: string): Promise<void>
  startUpstream(region: string): Promise<void>
  /** Holds every byte between the operator, the independent client with it, and a region's control plane. */
  cutOffOperator(region: string): Promise<void>
  joinOperator(region: string): Promise<void>
  /** Plays the operator who brings both databases to another major of PostgreSQL. */
  upgradeDatabases(major: number): Promise<void>
  /** Plays the operator who moves the right to write to the other region and back: two epochs later. */
  moveWriterAround(): Promise<void>
}

/** Regions whose certificate, or whose upstream of the drill's own, is looked at, or that the operator reaches by a link. */
export interface Watched {
  readonly certificates?: readonly string[]
  readonly upstreams?: readonly string[]
  readonly operators?: readonly string[]
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

  /** What `up` has to have made ready. */
  needs?(plan: Plan): readonly Preparation[]
  /** Data planes that a region has to run. */
  instances?(plan: Plan): number
  /** What vantage points look at for its proof, beside what they always do. */
  watches?(plan: Plan): Watched
  /** Calls fail until somebody takes the fault back: what an operator does once it is proved. */
  failsCalls?(plan: Plan): boolean
  /** One region is changed behind the backs of the others: an operator has to find it, and to heal it. */
  drifts?(plan: Plan): boolean
  /** Reports what this topology, or this machine, makes impossible. */
  refuse?(plan: Plan, topology: Topology, problem: ReportProblem): void

  inject(topology: LocalTopology, plan: Plan, scene?: Scene): Promise<void>
  /** `witnesses` are the vantage points whose word is asked for; `since` is when the fault was begun. */
  prove(plan: Plan, seen: Observations, witnesses: readonly string[], since: number): Proof
  /** What restores the state before it; `links` is that state. */
  undo(plan: Plan, links: readonly Link[]): FaultUndo[]
}
