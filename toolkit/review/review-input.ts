import type { Policy } from './policies/policy.ts'
import type { DrillRecord } from './posture/proof.ts'
import type { Waiver } from './read/read-waivers.ts'
import type { ReviewedPlan } from './read/reviewed-plan.ts'
import type { ProviderRules } from './rules.ts'
import type { Commit, DescribedTopology, Snapshot, TopologySource } from './snapshot.ts'

/** Why a side of the pull request could not be synthesised. */
export interface SynthesisRefusal {
  readonly label: string
  readonly commit: Commit | null
  /** What synthesis said. */
  readonly text: string
  /** With their property paths, where a topology was refused. */
  readonly problems: readonly { readonly path: string; readonly text: string }[]
  /** What was described, where all of it could be read. */
  readonly topology: DescribedTopology | undefined
}

/** How the control planes' configurations differ, asked of them now. */
export interface ConfigurationDrift {
  readonly asked: readonly string[]
  /** Of a region against the first: what differs, and how. */
  readonly differences: readonly { readonly region: string; readonly against: string; readonly what: string }[]
  readonly failed: readonly { readonly region: string; readonly reason: string }[]
}

/** Everything that a review follows from; nothing else is asked, so that the same input gives the same bytes. */
export interface ReviewInput {
  /** Null: plans alone are reviewed. */
  readonly base: Snapshot | null
  readonly head: Snapshot | null
  readonly refusal: SynthesisRefusal | null
  readonly plans: readonly ReviewedPlan[]
  /** Whether the plans were made offline, from an empty state, without an account. */
  readonly offline: boolean
  readonly rules: ProviderRules
  readonly source: TopologySource | null
  readonly policies: readonly Policy[]
  /** Those of the base. */
  readonly waivers: readonly Waiver[]
  /** Waivers and policies that the pull request itself would change. */
  readonly asked: { readonly waivers: readonly Waiver[]; readonly policies: readonly string[] }
  readonly drills: readonly DrillRecord[]
  /** Files of drills, for the command that proves. */
  readonly drillSpecs: readonly string[]
  /** `2026-11-21`: waivers expire. */
  readonly today: string
  readonly configurationDrift: ConfigurationDrift | null
  /** Where the whole plan can be read. */
  readonly link: string | null
}
