import type { FaultUndo, Link } from '../../../local/local-topology.ts'
import { linkBetween } from '../link-state.ts'
import type { SlowPlan } from './fault.ts'

/** Gives the link the length it had before. */
export function undoSlow(plan: SlowPlan, links: readonly Link[]): FaultUndo[] {
  const [from, to] = plan.regions
  return [{ do: 'link', from, to, state: { delay: linkBetween(links, from, to)?.delay ?? 0 } }]
}
