import type { FaultUndo } from '../../../local/local-topology.ts'
import type { ThunderingHerdPlan } from './fault.ts'

/** Starts the control plane, should the fault have ended in the middle. */
export function undoHerd({ region }: ThunderingHerdPlan): FaultUndo[] {
  return [{ do: 'start', region, parts: ['control-plane'] }]
}
