import type { FaultUndo } from '../../../local/local-topology.ts'
import type { StaleConfigPlan } from './fault.ts'

/** Puts the newest files back, unless the database was built anew meanwhile. */
export function undoStaleConfig({ region }: StaleConfigPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: 'old-snapshot', region } }]
}
