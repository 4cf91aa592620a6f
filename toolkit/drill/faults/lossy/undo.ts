import type { FaultUndo, Link } from '../../../local/local-topology.ts'
import { restoreLink } from '../link-state.ts'
import type { LossyPlan } from './fault.ts'

/** Loses no more than was lost before. */
export function undoLossy(plan: LossyPlan, links: readonly Link[]): FaultUndo[] {
  return restoreLink(links, plan.regions, ['loss'])
}
