import type { Observations, Write } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { LossyPlan } from './fault.ts'

/** What TCP waits before it sends a lost segment again; no healthy acknowledgement takes as long. */
const RETRANSMISSION = 200
const STALLS = 3

/**
 * A write is acknowledged when the other region has confirmed it, so the independent client sees what the link loses:
 * several acknowledgements stalled for a retransmission, and before the fault hardly one did.
 */
export function proveLossy(_: LossyPlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  const acknowledged = seen.writes.filter((write) => write.outcome === 'acknowledged')
  const stalled = (write: Write) => write.ended - write.sent >= RETRANSMISSION
  const before = acknowledged.filter((write) => write.ended < since)
  const after = acknowledged.filter((write) => write.sent >= since && stalled(write)).sort((a, b) => a.ended - b.ended)
  const steady = before.length > 0 && before.filter(stalled).length <= before.length / 10
  return proveFrom(witnesses, () => (steady ? (after[STALLS - 1]?.ended ?? null) : null))
}
