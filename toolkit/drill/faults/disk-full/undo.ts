import type { FaultUndo } from '../../../local/local-topology.ts'
import type { DiskFullPlan } from './fault.ts'

/** Frees the disk, and starts what has ended over it. */
export function undoDiskFull({ region }: DiskFullPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: 'full-disk', region } }]
}
