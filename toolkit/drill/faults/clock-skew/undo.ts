import type { FaultUndo } from '../../../local/local-topology.ts'
import type { ClockSkewPlan } from './fault.ts'

/** Starts the control plane again, by the machine's clock. */
export function undoClockSkew({ region, by }: ClockSkewPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: 'clock', region, milliseconds: by } }]
}
