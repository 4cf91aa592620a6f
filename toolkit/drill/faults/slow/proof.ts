import type { Observations, Write } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import type { SlowPlan } from './fault.ts'

/** Acknowledgements in a row that must have taken the round trip; a single slow one can be chance. */
const WRITES_IN_A_ROW = 3

/**
 * A write is acknowledged when the other region has confirmed it, so the independent client sees the link's length:
 * every acknowledgement now takes at least one round trip, and before the fault most did not.
 */
export function proveSlow(plan: SlowPlan, seen: Observations, witnesses: readonly string[], since: number): Proof {
  const acknowledged = seen.writes.filter((write) => write.outcome === 'acknowledged' && !write.doubted)
  const before = acknowledged.filter((write) => write.ended < since)
  const after = acknowledged.filter((write) => write.sent >= since).sort((a, b) => a.ended - b.ended)
  const slowed = (write: Write) => write.ended - write.sent >= 2 * plan.delay
  const quickBefore = before.filter((write) => !slowed(write)).length > before.length / 2

  const start = after.findIndex((_, index) => {
    const row = after.slice(index, index + WRITES_IN_A_ROW)
    return row.length === WRITES_IN_A_ROW && row.every(slowed)
  })
  const proved = quickBefore && start >= 0 && witnesses.length > 0
  return {
    proved,
    at: proved ? after[start]!.ended : null,
    seenFrom: proved ? witnesses : [],
    of: witnesses,
  }
}
