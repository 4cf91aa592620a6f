import type { FaultUndo } from '../../../local/local-topology.ts'
import type { FreezePlan } from './fault.ts'

/** Lets what was stopped go on, from where it stood. */
export function undoFreeze(plan: FreezePlan): FaultUndo[] {
  return [{ do: 'thaw', region: plan.region, parts: plan.parts }]
}
