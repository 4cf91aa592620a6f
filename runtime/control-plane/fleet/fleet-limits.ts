import type { InstanceStatus } from '../../model/region-state.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

/** How long an instance may be silent, or behind, before it is called so. Milliseconds; source: the sync protocol. */
export interface FleetLimits {
  /** @default 30 s */
  readonly lostAfter: number
  /** @default 2 h */
  readonly offlineAfter: number
  /** @default 7 days */
  readonly removedAfter: number
  /** The published version must be applied within this. @default 10 s */
  readonly deliveryDeadline: number
}

export const FLEET_LIMITS: FleetLimits = {
  lostAfter: 30 * SECOND,
  offlineAfter: 2 * HOUR,
  removedAfter: 7 * 24 * HOUR,
  deliveryDeadline: 10 * SECOND,
}

/** What an instance is called that was last heard of so long ago; null while it is not silent for too long. */
export function silentStatus(lastSeen: number, now: number, limits: FleetLimits): InstanceStatus | 'Removed' | null {
  const silent = now - lastSeen
  if (silent > limits.removedAfter) return 'Removed'
  if (silent > limits.offlineAfter) return 'Offline'
  return silent > limits.lostAfter ? 'Lost Connection' : null
}

/** When an instance that falls silent becomes so. */
export function silentSince(lastSeen: number, status: InstanceStatus | 'Removed', limits: FleetLimits): number {
  if (status === 'Removed') return lastSeen + limits.removedAfter
  return lastSeen + (status === 'Offline' ? limits.offlineAfter : limits.lostAfter)
}
