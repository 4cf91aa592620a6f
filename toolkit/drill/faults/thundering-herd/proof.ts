import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { ThunderingHerdPlan } from './fault.ts'

/** The control plane, new and knowing nobody, tells each witness after a silence that all data planes are back. */
export function proveHerd(
  { region, instances }: ThunderingHerdPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const own = (sample: { vantage: string; region: string; sent: number }) =>
      sample.vantage === vantage && sample.region === region && sample.sent >= since
    const silence = seen.probes.find((probe) => own(probe) && probe.part === 'control-plane' && !probe.answered)
    if (silence === undefined) return null
    const back = seen.controlPlanes.find(
      (sample) => own(sample) && sample.sent > silence.ended && sample.healthyInstances >= instances,
    )
    return back?.ended ?? null
  })
}
