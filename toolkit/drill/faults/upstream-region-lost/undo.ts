import type { FaultUndo } from '../../../local/local-topology.ts'
import type { UpstreamRegionLostPlan } from './fault.ts'

/** Starts the node again, on the port it had. */
export function undoUpstreamLost({ region }: UpstreamRegionLostPlan): FaultUndo[] {
  return [{ do: 'start-upstream', region }]
}
