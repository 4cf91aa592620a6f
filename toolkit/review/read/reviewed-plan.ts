import { isPlain } from '../changes/difference.ts'
import { type DescribedTopology, GLOBAL, type Snapshot, type Values } from '../snapshot.ts'
import type { PlanDocument } from './read-plan.ts'
import { describeTopology, placeOf } from './read-synthesis.ts'
import { refuse } from './refuse.ts'

/** A plan, and the stack that it is of. */
export interface ReviewedPlan {
  readonly file: string
  readonly stack: string
  readonly region: string
  readonly home: string
  readonly layer: string
  readonly topology: string | null
  readonly document: PlanDocument
  /** What it puts out before and after. */
  readonly topologyBefore: DescribedTopology | undefined
  readonly topologyAfter: DescribedTopology | undefined
}

/**
 * Which stack a plan is of: its provider's tags say so, else the stack that declares most of its resources, else its
 * file is named after it.
 */
export function reviewPlan(file: string, document: PlanDocument, head: Snapshot | null): ReviewedPlan {
  const { home, tags } = providerOf(document)
  const named = typeof tags.Stack === 'string' ? tags.Stack : undefined
  const stack = named ?? likeliest(document, head) ?? nameOf(file)
  const known = head?.stacks.get(stack)
  const place = known ?? { home, ...placeOf(stack, home, tags) }
  const { before, after } = document.output_changes?.topology ?? {}
  return {
    file,
    stack,
    region: place.region,
    home: place.home,
    layer: place.layer,
    topology: place.topology,
    document,
    topologyBefore: typeof before === 'string' ? describeTopology(before) : undefined,
    topologyAfter: typeof after === 'string' ? describeTopology(after) : undefined,
  }
}

/**
 * Plans that can be read as one change: each of another stack, and all of one topology.
 *
 * @throws AntipodeError REVIEW_INPUT_REFUSED
 */
export function refuseMixedPlans(plans: readonly ReviewedPlan[], head: Snapshot | null): void {
  const byStack = new Map<string, ReviewedPlan>()
  for (const plan of plans) {
    const other = byStack.get(plan.stack)
    if (other) throw refuse(plan.file, `is of the stack ${plan.stack} (${plan.region}), as is ${other.file}; name one`)
    byStack.set(plan.stack, plan)
  }
  const [first, second] = new Map(plans.flatMap((it) => (it.topology ? [[it.topology, it]] : []))).values()
  if (first && second) {
    const other = `is of the topology ${second.topology} (${second.region}, stack ${second.stack})`
    throw refuse(second.file, `${other}, but ${first.file} is of ${first.topology}; review one topology at a time`)
  }
  const strange = head && plans.find(({ stack, topology }) => topology && !head.stacks.has(stack))
  if (strange && head) {
    throw refuse(
      strange.file,
      `is of the stack ${strange.stack} (${strange.region}), which ${head.label} does not have`,
    )
  }
}

function providerOf({ configuration }: PlanDocument): { readonly home: string; readonly tags: Values } {
  const providers = Object.values(configuration?.provider_config ?? {})
  const expressions = providers.find(({ name }) => name === 'aws')?.expressions ?? {}
  const region = constant(expressions.region)
  const [block] = [expressions.default_tags].flat() as readonly unknown[]
  const tags = isPlain(block) ? constant(block.tags) : undefined
  return { home: typeof region === 'string' ? region : GLOBAL, tags: isPlain(tags) ? tags : {} }
}

function constant(expression: unknown): unknown {
  return isPlain(expression) ? expression.constant_value : undefined
}

function likeliest({ resource_changes: changes = [] }: PlanDocument, head: Snapshot | null): string | undefined {
  const shared = [...(head?.stacks.values() ?? [])].map(({ name, document }) => {
    const held = changes.filter((change) => document.resource?.[change.type]?.[change.name] !== undefined)
    return { name, count: held.length }
  })
  const [best, next] = shared.sort((a, b) => b.count - a.count)
  return best && best.count > (next?.count ?? 0) ? best.name : undefined
}

function nameOf(file: string): string {
  return file.replace(/^.*[/\\]/, '').replace(/(\.tfplan|\.plan)?\.json$/, '')
}
