import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { openRuleBook } from '../../../toolkit/offline/rules/rule-book.ts'
import { merged } from '../../../toolkit/review/policies/example.ts'
import { POLICIES } from '../../../toolkit/review/policies/index.ts'
import type { DrillRecord } from '../../../toolkit/review/posture/proof.ts'
import { readPlan } from '../../../toolkit/review/read/read-plan.ts'
import { snapshotOf } from '../../../toolkit/review/read/read-synthesis.ts'
import { readWaivers, WAIVER_FILE } from '../../../toolkit/review/read/read-waivers.ts'
import { refuseMixedPlans, reviewPlan } from '../../../toolkit/review/read/reviewed-plan.ts'
import type { ConfigurationDrift, ReviewInput, SynthesisRefusal } from '../../../toolkit/review/review-input.ts'
import type { Snapshot, StackDocument, TopologySource, Values } from '../../../toolkit/review/snapshot.ts'
import { examineTopology, topologyHash } from '../../../topology/index.ts'
import { type PlanCase, planText } from './plan-case.ts'
import { synthesiseDescription } from './synthesise-description.ts'

/** A pull request of the corpus, `input.yaml`: everything but what it is about is left out. */
interface ReviewCase {
  /** Whose topology it starts from. @default active-passive */
  readonly example?: 'active-passive' | 'active-active'
  /** Written over the example, property by property; null takes one away. */
  readonly base?: Values
  /** Written over the base. */
  readonly head?: Values
  /** Written over stacks of either side, by stack and address: what somebody's own app adds or overrides. */
  readonly baseStacks?: Readonly<Record<string, StackEdit>>
  readonly headStacks?: Readonly<Record<string, StackEdit>>
  readonly plans?: readonly PlanCase[]
  /** Review the plans without anything synthesised. */
  readonly plansAlone?: boolean
  readonly offline?: boolean
  /** Files of the base and of the head. */
  readonly waivers?: string
  readonly askedWaivers?: string
  readonly askedPolicies?: readonly string[]
  readonly drills?: readonly (Omit<DrillRecord, 'topologyHash'> & { readonly of?: 'base' | 'head' | 'other' })[]
  /** What synthesis of the head says on stderr, where it fails for other reasons than the topology. */
  readonly headFails?: string
  readonly configurationDrift?: ConfigurationDrift
  readonly today?: string
  readonly link?: string
}

/** By address; null takes the resource away. `moved` and the like stand beside. */
interface StackEdit {
  readonly resources?: Readonly<Record<string, Values | null>>
  readonly document?: StackDocument
}

const BASE_COMMIT = { id: '1111111111111111111111111111111111111111', at: '2026-11-20T09:00:00Z' }
const HEAD_COMMIT = { id: '2222222222222222222222222222222222222222', at: '2026-11-21T09:00:00Z' }
const KNOWN = new Set(POLICIES.map(({ id }) => id))
export const RULES = openRuleBook()

/** The input of a review as a case of the corpus describes it. */
export function inputOf(text: string): ReviewInput {
  const { example = 'active-passive', ...written } = (parse(text) ?? {}) as ReviewCase
  const start = exampleOf(example)
  const base = merged(start.description, written.base ?? {})
  const head = merged(base, written.head ?? {})
  const examined = examineTopology(head)
  const refusal = refusalOf(examined, written.headFails)
  const baseSide = sideOf(base, 'main', BASE_COMMIT, written.baseStacks)
  const headSide = refusal ? null : sideOf(head, 'HEAD', HEAD_COMMIT, written.headStacks ?? written.baseStacks)
  const alone = written.plansAlone === true
  const documents = (written.plans ?? []).map((plan) => {
    const file = plan.file ?? `${plan.stack}.json`
    return reviewPlan(file, readPlan(file, planText(plan, headSide, base, head)), alone ? null : headSide)
  })
  refuseMixedPlans(documents, alone ? null : headSide)
  const hashes = { base: hashOf(base), head: hashOf(head), other: '0'.repeat(64) }
  return {
    base: alone ? null : baseSide,
    head: alone ? null : headSide,
    refusal,
    plans: documents,
    offline: written.offline ?? false,
    rules: RULES,
    source: start.source,
    policies: POLICIES,
    waivers: written.waivers ? readWaivers(WAIVER_FILE, written.waivers, KNOWN) : [],
    asked: {
      waivers: written.askedWaivers ? readWaivers(WAIVER_FILE, written.askedWaivers, KNOWN) : [],
      policies: written.askedPolicies ?? [],
    },
    drills: (written.drills ?? []).map(({ of = 'head', ...drill }) => ({ ...drill, topologyHash: hashes[of] })),
    drillSpecs: ['drills/lose-primary.yaml'],
    today: written.today ?? '2026-11-21',
    configurationDrift: written.configurationDrift ?? null,
    link: written.link ?? null,
  }
}

const EXAMPLES = new Map<string, { readonly description: Values; readonly source: TopologySource }>()

function exampleOf(name: string): { readonly description: Values; readonly source: TopologySource } {
  const known = EXAMPLES.get(name)
  if (known) return known
  const folder = new URL('../../golden/review/', import.meta.url)
  const text = readFileSync(new URL(`${name}.yaml`, folder), 'utf8')
  const made = { description: parse(text) as Values, source: { file: `stacks/${name}.yaml`, text } }
  EXAMPLES.set(name, made)
  return made
}

function hashOf(description: unknown): string {
  const { topology } = examineTopology(description)
  return topology ? topologyHash(topology) : ''
}

function refusalOf(
  { topology, problems }: ReturnType<typeof examineTopology>,
  said: string | undefined,
): SynthesisRefusal | null {
  if (said !== undefined) return { label: 'HEAD', commit: HEAD_COMMIT, text: said, problems: [], topology: undefined }
  if (problems.length === 0) return null
  const described = topology && { topology, hash: topologyHash(topology), problems }
  return { label: 'HEAD', commit: HEAD_COMMIT, text: '', problems, topology: described }
}

function sideOf(
  description: unknown,
  label: string,
  commit: Snapshot['commit'],
  edits: Readonly<Record<string, StackEdit>> = {},
): Snapshot {
  const stacks = synthesiseDescription(description)
  return snapshotOf(
    stacks.map(({ name, document, after }) => ({ name, document: edited(document, edits[name]), after })),
    label,
    commit,
  )
}

function edited(document: StackDocument, edit: StackEdit | undefined): StackDocument {
  if (!edit) return document
  const resource = structuredClone(document.resource ?? {}) as Record<string, Record<string, Values>>
  for (const [address, values] of Object.entries(edit.resources ?? {})) {
    const [type = '', name = ''] = address.split('.')
    const named = resource[type] ?? {}
    resource[type] = named
    if (values === null) delete named[name]
    else named[name] = merged(named[name] ?? {}, values) as Values
  }
  return merged({ ...document, resource }, edit.document ?? {}) as StackDocument
}
