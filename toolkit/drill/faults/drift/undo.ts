import type { FaultUndo } from '../../../local/local-topology.ts'
import { DRIFT } from '../../writes/editions.ts'
import type { DriftPlan } from './fault.ts'

/** Puts the three routes back as they were published; what an operator has healed by then stays as it is. */
export function undoDrift({ region }: DriftPlan): FaultUndo[] {
  return [
    { do: 'configure', region, method: 'PUT', ...DRIFT.original },
    { do: 'configure', region, method: 'PUT', ...DRIFT.deleted },
    { do: 'configure', region, method: 'DELETE', path: DRIFT.added.path },
  ]
}
