import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { DiskFullPlan } from './fault.ts'

/** The independent client is refused by the region with the code for SQLSTATE 53100. */
export function proveDiskFull(
  { region }: DiskFullPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  const refused = seen.writes.find(
    (write) => write.region === region && write.sent >= since && write.code === 'ANTIPODE_DISK_FULL',
  )
  return proveFrom(witnesses, () => refused?.ended ?? null)
}
