import type { FaultUndo } from '../../../local/local-topology.ts'
import type { LostSlotPlan } from './fault.ts'

/** Builds the standby anew, since what it missed may be gone from the writer's log. */
export function undoLostSlot({ region }: LostSlotPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: 'lost-slot', region } }]
}
