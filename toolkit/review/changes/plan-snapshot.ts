import type { ReviewedPlan } from '../read/reviewed-plan.ts'
import type { DescribedTopology, ReviewedStack, Snapshot, Values } from '../snapshot.ts'

/** What plans know of one side, where nothing was synthesised: every resource as it is, or as it will be. */
export function snapshotOfPlans(plans: readonly ReviewedPlan[], side: 'before' | 'after'): Snapshot {
  const stacks = plans.map((plan): [string, ReviewedStack] => [plan.stack, stackOf(plan, side)])
  const topologies = plans.flatMap(({ topologyBefore, topologyAfter }): [string, DescribedTopology][] => {
    const described = side === 'before' ? topologyBefore : topologyAfter
    return described ? [[described.topology.name, described]] : []
  })
  return {
    label: side === 'before' ? 'the state' : 'the plans',
    commit: null,
    stacks: new Map(stacks),
    topologies: new Map(topologies),
  }
}

function stackOf(
  { stack, region, home, layer, topology, document }: ReviewedPlan,
  side: 'before' | 'after',
): ReviewedStack {
  const resource: Record<string, Record<string, Values>> = {}
  for (const { mode, type, address, change } of document.resource_changes ?? []) {
    const values = change[side]
    if (mode === 'data' || !values) continue
    const named = resource[type] ?? {}
    resource[type] = named
    // With its index, where one block is several resources.
    named[address.slice(address.indexOf(`${type}.`) + type.length + 1)] = values
  }
  return { name: stack, region, home, layer, topology, document: { resource }, after: [] }
}
