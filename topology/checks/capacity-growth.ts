import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

/** A data plane grows up, not down, and an instance carries something. */
export const capacityGrowth: Check = (topology) =>
  readRegions(topology).flatMap(([name, { dataPlane }]) => {
    const problems: Problem[] = []
    const { instances, growsTo, each } = dataPlane ?? {}
    const path = `regions.${name}.dataPlane`
    if (instances !== undefined && growsTo !== undefined && growsTo < instances) {
      const text = `${growsTo} is less than the ${instances} that always run; write ${instances} or more`
      problems.push({ path: `${path}.growsTo`, text })
    }
    if (each?.value === 0) {
      problems.push({ path: `${path}.each`, text: '0/s means an instance serves nothing; write what one carries' })
    }
    return problems
  })
