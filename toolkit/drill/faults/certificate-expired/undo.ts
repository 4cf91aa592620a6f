import type { FaultUndo } from '../../../local/local-topology.ts'
import type { CertificateExpiredPlan } from './fault.ts'

/** Gives the control plane its good certificate back. */
export function undoCertificateExpired({ region }: CertificateExpiredPlan): FaultUndo[] {
  return [{ do: 'relieve', affliction: { kind: 'expired-certificate', region } }]
}
