import type { FaultUndo } from '../../../local/local-topology.ts'
import type { StaleConfigPlan } from './fault.ts'

/**
 * Puts the newest files back, unless the database was built anew meanwhile; or leads data planes to their own control
 * plane again.
 */
export function undoStaleConfig({ region, from }: StaleConfigPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: from === 'backup' ? 'old-snapshot' : 'old-frames', region } }]
}
