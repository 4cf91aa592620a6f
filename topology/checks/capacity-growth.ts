import type { Problem } from '../problem.ts'
import type { Draft } from '../reader.ts'
import type { DataPlaneCapacity } from '../topology.ts'
import { type Check, readRegions, readSites } from './check.ts'

/** A data plane grows up, not down, and an instance carries something. */
export const capacityGrowth: Check = (topology) => [
  ...readRegions(topology).flatMap(([name, { dataPlane, clusters }]) => [
    ...problemsOf(`regions.${name}.dataPlane`, dataPlane),
    ...Object.entries(clusters ?? {}).flatMap(([key, it]) => problemsOf(`regions.${name}.clusters.${key}`, it)),
  ]),
  ...readSites(topology).flatMap(([name, { dataPlane }]) => problemsOf(`sites.${name}.dataPlane`, dataPlane)),
]

type Capacity = Partial<Draft<DataPlaneCapacity>> | null | undefined

function problemsOf(path: string, capacity: Capacity): Problem[] {
  const problems: Problem[] = []
  const { instances, growsTo, each } = capacity ?? {}
  if (instances !== undefined && growsTo !== undefined && growsTo < instances) {
    const text = `${growsTo} is less than the ${instances} that always run; write ${instances} or more`
    problems.push({ path: `${path}.growsTo`, text })
  }
  if (each?.value === 0) {
    problems.push({ path: `${path}.each`, text: '0/s means an instance serves nothing; write what one carries' })
  }
  return problems
}
