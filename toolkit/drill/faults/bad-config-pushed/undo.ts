import type { FaultUndo } from '../../../local/local-topology.ts'
import { BAD_ROUTE, type BadConfigPushedPlan } from './fault.ts'

/** Takes the route back, in whichever region writes. */
export function undoBadConfig(_: BadConfigPushedPlan): FaultUndo[] {
  return [{ do: 'configure', method: 'DELETE', path: BAD_ROUTE }]
}
