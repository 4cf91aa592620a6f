import type { FaultUndo, Link } from '../../../local/local-topology.ts'
import { restoreLink } from '../link-state.ts'
import type { PartitionPlan } from './fault.ts'

/** Joins the two places again, unless they were cut off before. */
export function undoPartition(plan: PartitionPlan, links: readonly Link[]): FaultUndo[] {
  return restoreLink(links, plan.places, ['cut'])
}
