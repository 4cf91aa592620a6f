import type { FaultUndo } from '../../../local/local-topology.ts'
import type { OperatorCutOffPlan } from './fault.ts'

/** Lets what is held pass again. A drill that dies takes the link along. */
export function undoOperatorCutOff({ region }: OperatorCutOffPlan): FaultUndo[] {
  return [{ do: 'join-operator', region }]
}
