import { type Drift, driftOf } from './changes/drift.ts'
import { changesOfPlan } from './changes/from-plan.ts'
import { changesBetween } from './changes/from-stacks.ts'
import { snapshotOfPlans } from './changes/plan-snapshot.ts'
import { type Dependencies, dependenciesOf } from './changes/references.ts'
import type { ResourceChange } from './changes/resource-change.ts'
import { type Wave, wavesOf } from './changes/waves.ts'
import { consequenceOf } from './danger/consequences.ts'
import { type AtApply, atApply, type Danger, dangersOf } from './danger/danger.ts'
import { type Judged, judge } from './policies/evaluate.ts'
import type { PolicyView } from './policies/policy.ts'
import { type PostureRow, postureOf } from './posture/posture.ts'
import { type Proof, proofOf } from './posture/proof.ts'
import { type TopologyChange, topologyChanges } from './posture/topology-change.ts'
import type { ReviewInput } from './review-input.ts'
import { type DescribedTopology, resourcesOf, type Snapshot } from './snapshot.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** A stack that the base has and the head does not: no apply destroys it. */
export interface AbandonedStack {
  readonly name: string
  readonly region: string
  readonly resources: number
  /** How many of what in it holds data. */
  readonly holding: readonly (readonly [noun: string, count: number])[]
}

/** All that is known of a pull request. */
export interface Review {
  readonly input: ReviewInput
  /** The sides that were compared: what was synthesised, or what plans know. */
  readonly base: Snapshot
  readonly head: Snapshot
  readonly changes: readonly ResourceChange[]
  readonly dependencies: Dependencies
  readonly posture: readonly PostureRow[]
  readonly topologyChanges: readonly TopologyChange[]
  readonly dangers: readonly Danger[]
  readonly atApply: readonly AtApply[]
  readonly waves: readonly Wave[]
  readonly judged: readonly Judged[]
  readonly drift: { readonly overwritten: readonly Drift[]; readonly leftAlone: number }
  readonly proofs: readonly Proof[]
  readonly abandoned: readonly AbandonedStack[]
  readonly verdict: Verdict
}

/** Reviews a pull request: reads nothing and asks nobody. */
export function review(input: ReviewInput): Review {
  const { plans, rules, source, refusal } = input
  const base = input.base ?? snapshotOfPlans(plans, 'before')
  const head = input.head ?? (refusal ? refusedHead(refusal) : snapshotOfPlans(plans, 'after'))
  const changes = refusal && plans.length === 0 ? [] : changesOf(input, base, head)
  const dependencies = dependenciesOf([input.base, input.head], plans)
  const before = topologiesOf(base, plans, 'topologyBefore')
  const after = topologiesOf(head, plans, 'topologyAfter')
  // When an offline plan was made says nothing of the change.
  const at = head.commit?.at ?? (input.offline ? null : (plans[0]?.document.timestamp ?? null))
  const found = {
    input,
    base,
    head,
    changes,
    dependencies,
    posture: postureOf(before, after, input.drills, at),
    topologyChanges: topologyChanges(before, after, source),
    dangers: dangersOf(changes, dependencies, source),
    atApply: atApply(changes, rules),
    waves: wavesOf(
      changes,
      input.head,
      input.base,
      [...before.values()].map(({ topology }) => topology),
    ),
    judged: judge(
      // What was refused when it was synthesised is said where that is.
      refusal ? input.policies.filter(({ id }) => id !== 'topology-holds') : input.policies,
      viewOf(base, before, new Map(), [], input, at),
      viewOf(head, after, before, changes, input, at),
      input.waivers,
      input.today,
    ),
    drift: driftOf(plans, rules),
    proofs: [...after.values()].map(({ topology, hash }) =>
      proofOf(topology.name, hash, input.drills, input.drillSpecs),
    ),
    abandoned: refusal || !input.head ? [] : abandonedStacks(base, head),
  }
  return { ...found, verdict: verdictOf(found) }
}

/** What a plan says of its stack, and for the others what differs between the sides. */
function changesOf({ plans, rules, base, head }: ReviewInput, from: Snapshot, to: Snapshot): ResourceChange[] {
  const planned = plans.flatMap((plan) => changesOfPlan(plan, to.stacks.get(plan.stack), rules))
  const known = new Set(plans.map(({ stack }) => stack))
  const others = base && head ? changesBetween(from, to, rules).filter(({ stack }) => !known.has(stack)) : []
  return [...planned, ...others].sort((a, b) =>
    a.stack === b.stack ? compare(a.address, b.address) : compare(a.stack, b.stack),
  )
}

function abandonedStacks(base: Snapshot, head: Snapshot): AbandonedStack[] {
  const gone = [...base.stacks.values()].filter(({ name }) => !head.stacks.has(name))
  return gone.map((stack) => {
    const resources = [...resourcesOf(stack)]
    const holding = resources.filter(({ type }) => consequenceOf(type).grade === 'data')
    const counts = [...Map.groupBy(holding, ({ type }) => consequenceOf(type).noun)]
    return {
      name: stack.name,
      region: stack.region,
      resources: resources.length,
      holding: counts.map(([noun, all]) => [noun, all.length] as const),
    }
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function topologiesOf(
  side: Snapshot,
  plans: ReviewInput['plans'],
  which: 'topologyBefore' | 'topologyAfter',
): ReadonlyMap<string, DescribedTopology> {
  const found = new Map(side.topologies)
  // A plan knows what is deployed, which the base only describes.
  for (const plan of plans) {
    const described = plan[which]
    if (described) found.set(described.topology.name, described)
  }
  return found
}

function refusedHead({ label, commit, topology }: NonNullable<ReviewInput['refusal']>): Snapshot {
  const topologies = topology ? [[topology.topology.name, topology] as const] : []
  return { label, commit, stacks: new Map(), topologies: new Map(topologies) }
}

function viewOf(
  { stacks }: Snapshot,
  topologies: ReadonlyMap<string, DescribedTopology>,
  earlier: ReadonlyMap<string, DescribedTopology>,
  changes: readonly ResourceChange[],
  { drills }: ReviewInput,
  at: string | null,
): PolicyView {
  return {
    topologies: [...topologies.values()],
    stacks: [...stacks.values()],
    changes,
    earlier: [...earlier.values()],
    drills,
    at,
  }
}
