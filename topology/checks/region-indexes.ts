import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

/** Two regions with one index could mint the same epoch; 63 is the last one that fits. */
export const regionIndexes: Check = (topology) => {
  const problems: Problem[] = []
  const holders = new Map<number, string>()
  for (const [name, { index }] of readRegions(topology)) {
    if (index === undefined) continue
    const holder = holders.get(index)
    const path = `regions.${name}.index`
    if (index > 63)
      problems.push({ path, text: `${index} is past 63, the last index; give it a free one from 1 to 63` })
    else if (holder)
      problems.push({ path, text: `${index} is the index of ${holder}; give it a free one from 1 to 63` })
    else holders.set(index, name)
  }
  return problems
}
