import type { FaultUndo } from '../../../local/local-topology.ts'
import type { UpgradeDatabasePlan } from './fault.ts'

/** Nothing leads back to an older major. Should it have ended in the middle, whatever database is stopped is started. */
export function undoUpgrade({ regions }: UpgradeDatabasePlan): FaultUndo[] {
  return regions.map((region) => ({ do: 'start', region, parts: ['database'] }))
}
