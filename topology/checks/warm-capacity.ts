import type { Problem } from '../problem.ts'
import { type Check, readServingPlaces } from './check.ts'

/**
 * When any region is lost, what runs already elsewhere must carry the peak and the promised headroom: growing takes
 * minutes and the cloud's own control plane. Of a pair with the policy `failover` only the standby matters, since
 * callers move to it whatever else runs. Clusters have callers of their own and do not count.
 */
export const warmCapacity: Check = (topology) => {
  const { peak, objectives } = topology
  const headroom = objectives?.headroom
  const places = { ...topology.regions, ...topology.sites }
  if (!peak || !headroom || Object.values(places).includes(undefined)) return []
  const pair = topology.gslb?.policy === 'failover'
  const sizes = readServingPlaces(topology).map(({ name, path, place }) => {
    const held = pair && 'role' in place && place.role === 'standby'
    return { name, path, held, instances: place.dataPlane?.instances, each: place.dataPlane?.each?.value }
  })
  const needed = peak.value * (1 + headroom.fraction)
  return sizes.flatMap((lost): Problem[] => {
    if (lost.held) return []
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
        path: `${first.path}.dataPlane.instances`,
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
