import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

/**
 * When any region is lost, what runs already elsewhere must carry the peak and the promised headroom: growing takes
 * minutes and the cloud's own control plane. Of an active-passive pair only the standby matters, since callers move
 * to it whatever else runs.
 */
export const warmCapacity: Check = (topology) => {
  const { peak, objectives } = topology
  const headroom = objectives?.headroom
  const regions = readRegions(topology)
  if (!peak || !headroom || regions.length !== Object.keys(topology.regions ?? {}).length) return []
  const sizes = regions.map(([name, { role, dataPlane }]) => {
    return { name, role, instances: dataPlane?.instances, each: dataPlane?.each?.value }
  })
  const needed = peak.value * (1 + headroom.fraction)
  return sizes.flatMap((lost): Problem[] => {
    if (lost.role === 'standby') return []
    const survivors = sizes.filter((size) => size !== lost)
    const [first] = survivors
    if (!first) return []
    const carried = survivors.map(({ instances, each }) => (instances ?? Number.NaN) * (each ?? Number.NaN))
    const warm = carried.reduce((sum, part) => sum + part, 0)
    if (!(warm < needed) || !first.each) return []
    const parts = survivors.map(({ name, instances, each }) => `${name} ${instances} × ${each}/s`).join(' + ')
    const missing = Math.ceil((needed - (warm - (carried[0] ?? 0))) / first.each - 1e-9)
    return [
      {
        path: `regions.${first.name}.dataPlane.instances`,
        text:
          `${first.instances} cannot carry the loss of ${lost.name}: ${parts} = ${warm}/s warm, ` +
          `but the peak of ${peak} with ${headroom} headroom needs ${round(needed)}/s;\n` +
          `run ${missing} instances here, or promise ${promise(warm, peak.value)}`,
      },
    ]
  })
}

function promise(warm: number, peak: number): string {
  const spare = Math.floor((warm / peak - 1) * 100)
  return spare >= 0 ? `${spare} % headroom` : `a peak of ${round(warm)}/s`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
