import { type ControlPlaneConnection, ControlPlaneRefusal } from './control-plane-connection.ts'

/** Why a stream ended, and what comes next. */
export interface Ending {
  readonly reason: string
  /** Milliseconds to wait before the next control plane. */
  readonly pause: number
  /** The index of the control plane to follow next, at once. Absent: the one after. */
  readonly next?: number
  /** Nothing could be followed, so pauses go on growing. */
  readonly isUseless?: boolean
  /** The connection on which to go on with the same control plane. */
  readonly renewed?: ControlPlaneConnection
}

/** The identity is trusted no more. */
export function isRevocation(error: unknown): error is ControlPlaneRefusal {
  return error instanceof ControlPlaneRefusal && error.code === 'ANTIPODE_REVOKED'
}

/** A certificate that the control plane does not take, by its answer or, from an older release, in the handshake. */
export function isNotAccepted(error: unknown): boolean {
  if (error instanceof ControlPlaneRefusal) return error.status === 401
  return /ALERT/.test(String((error as { code?: string }).code))
}
