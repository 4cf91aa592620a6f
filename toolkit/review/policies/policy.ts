import type { ResourceChange } from '../changes/resource-change.ts'
import type { DrillRecord } from '../posture/proof.ts'
import type { DescribedTopology, ReviewedStack } from '../snapshot.ts'
import type { Example } from './example.ts'

/** `refuse`: the pull request must not be merged so; `approve`: somebody has to say that it is meant; `note`: said only. */
export type Severity = 'refuse' | 'approve' | 'note'

/** One thing that breaks a rule. */
export interface Violation {
  /** What is wrong with it, with the value found. */
  readonly message: string
  readonly region: string
  /** Of a resource. */
  readonly stack?: string
  /** Of a resource. */
  readonly address?: string
  /** Of a topology: the property, such as `gslb.ttl`. */
  readonly path?: string
  /** Of a topology: its name. */
  readonly topology?: string
}

/** What a policy may look at: one side of a pull request. */
export interface PolicyView {
  readonly topologies: readonly DescribedTopology[]
  readonly stacks: readonly ReviewedStack[]
  /** What the pull request does; nothing on the side before it. */
  readonly changes: readonly ResourceChange[]
  /** The topologies before it; nothing on the side before it. */
  readonly earlier: readonly DescribedTopology[]
  readonly drills: readonly DrillRecord[]
  /** ISO 8601: when the reviewed commit was made. */
  readonly at: string | null
}

/** One rule. A file of a repository's own policies exports one as `policy`. */
export interface Policy {
  /** Permanent: waivers and reports name it. */
  readonly id: string
  readonly severity: Severity
  /** Why it matters, in a sentence. */
  readonly reason: string
  /** What to do about a violation. */
  readonly fix: string
  readonly check: (view: PolicyView) => readonly Violation[]
  readonly fails: Example
  readonly passes: Example
}
