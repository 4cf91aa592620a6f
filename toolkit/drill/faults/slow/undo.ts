import type { FaultUndo, Link } from '../../../local/local-topology.ts'
import { restoreLink } from '../link-state.ts'
import type { SlowPlan } from './fault.ts'

/** Gives the link the length it had before. */
export function undoSlow(plan: SlowPlan, links: readonly Link[]): FaultUndo[] {
  return restoreLink(links, plan.regions, ['delay'])
}
