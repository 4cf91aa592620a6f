import type { Observations, Write } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { LossyPlan } from './fault.ts'

/** What TCP waits before it sends a lost segment again. */
const RETRANSMISSION = 200
const STALLS = 3

/**
 * A write is acknowledged when the other region has confirmed it, so the independent client sees what the link loses:
 * several acknowledgements took a retransmission longer than nine of ten did before.
 */
export function proveLossy(_: LossyPlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  const took = ({ sent, ended }: Write) => ended - sent
  const acknowledged = seen.writes.filter((write) => write.outcome === 'acknowledged')
  const before = acknowledged.filter((write) => write.ended < since).map(took)
  const usual = before.sort((a, b) => a - b)[Math.floor(before.length * 0.9)]
  const stalled = acknowledged
    .filter((write) => usual !== undefined && write.sent >= since && took(write) >= usual + RETRANSMISSION)
    .sort((a, b) => a.ended - b.ended)
  return proveFrom(witnesses, () => stalled[STALLS - 1]?.ended ?? null)
}
