import type { FaultUndo, Link } from '../../../local/local-topology.ts'
import { linkBetween } from '../link-state.ts'
import type { PartitionPlan } from './fault.ts'

/** Joins the link again, unless it was cut before. */
export function undoPartition(plan: PartitionPlan, links: readonly Link[]): FaultUndo[] {
  const [from, to] = plan.regions
  return [{ do: 'link', from, to, state: { cut: linkBetween(links, from, to)?.cut ?? false } }]
}
