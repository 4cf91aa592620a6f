import type { FaultUndo } from '../../../local/local-topology.ts'
import type { DnsPlan } from './fault.ts'

/** Answers by the health checks again; resolvers let go of what they hold when its lifetime is over. */
export function undoDns({ region }: DnsPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: 'dns', region } }]
}
