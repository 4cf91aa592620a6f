import { monotonicNow } from '../measure/monotonic.ts'
import type { Traffic } from '../spec/drill-spec.ts'
import type { ObservationLog } from './observation-log.ts'
import type { VantageOrder } from './vantage-messages.ts'
import { VantagePoint } from './vantage-point.ts'

/** Milliseconds for an order to arrive before its first call is due. */
const START_DELAY = 200

/** What one vantage point is told, but for what follows from how many there are. */
export type VantageTask = Omit<VantageOrder, 'vantage' | 'place' | 'rate' | 'start'>

/**
 * Launches every vantage point, each a process, and has it observe.
 *
 * @returns them, and the monotonic time of the first call
 */
export async function startVantages(
  { vantages, rate }: Pick<Traffic, 'vantages' | 'rate'>,
  log: ObservationLog,
  taskOf: (vantage: string) => VantageTask,
): Promise<{ readonly points: VantagePoint[]; readonly began: number }> {
  const points = await Promise.all(vantages.map(() => VantagePoint.launch()))
  const began = monotonicNow() + START_DELAY
  for (const [index, vantage] of vantages.entries()) {
    points[index]!.observe(
      {
        ...taskOf(vantage),
        ...{ vantage, place: { index, of: vantages.length }, rate: rate.value / vantages.length },
        // Spread over one interval, so that all vantage points together send evenly.
        start: began + (index * 1_000) / rate.value,
      },
      log,
    )
  }
  return { points, began }
}
