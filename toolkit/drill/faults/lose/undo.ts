import type { FaultUndo } from '../../../local/local-topology.ts'
import type { LosePlan } from './fault.ts'

/** Starts what was killed. Its control plane comes back fenced, so a region that has been replaced stays replaced. */
export function undoLose(plan: LosePlan): FaultUndo[] {
  return [{ do: 'start', region: plan.region, parts: plan.parts }]
}
