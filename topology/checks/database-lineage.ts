import type { Problem } from '../problem.ts'
import { type Check, readControlPlanes, type readRegions } from './check.ts'

/**
 * Every database of an active-passive pair descends from one that was created empty, and each names its source, unless
 * replication is logical.
 */
export const databaseLineage: Check = (topology) => {
  const problems: Problem[] = []
  const regions = new Map(readControlPlanes(topology))
  const logical = topology.database?.replication === 'logical'
  for (const [name, { database }] of regions) {
    const path = `regions.${name}.database.from`
    const { generation = 1, from } = database ?? {}
    if (topology.mode === 'active-active') {
      if (from) problems.push({ path, text: `${from.region} has a history of its own in active-active; remove it` })
      continue
    }
    if (logical) {
      const text = `${from?.region} is no source: under logical replication each database is created for itself; remove it`
      if (from) problems.push({ path, text })
      continue
    }
    if (from === null && generation > 1) {
      const text = `is missing for generation ${generation}; name the database it was rebuilt from: { region: … }`
      problems.push({ path, text })
    }
    if (!from?.region || from.generation === undefined) continue
    const source = regions.get(from.region)
    if (from.region === name)
      problems.push({ path, text: `${name} cannot be a replica of itself; name the other region` })
    else if (!source) {
      const is = topology.regions?.[from.region] ? 'has no database' : 'is no region here'
      problems.push({ path, text: `'${from.region}' ${is}; name one of ${[...regions.keys()].join(', ')}` })
    } else if (from.generation > (source.database?.generation ?? from.generation)) {
      const text = `generation ${from.generation} of ${from.region} does not exist; it is at ${source.database?.generation}`
      problems.push({ path, text })
    }
  }
  if (topology.mode !== 'active-passive' || logical || problems.length > 0) return problems

  const origins = [...regions].filter(([, { database }]) => database?.from === null).map(([name]) => name)
  for (const name of origins.slice(1)) {
    const text = `null would begin a second history beside ${origins[0]}; write { region: '${origins[0]}' }`
    problems.push({ path: `regions.${name}.database.from`, text })
  }
  const circle = [...regions.keys()].find((name) => leadsBackTo(name, regions))
  if (circle) {
    const text = `leads from ${circle} back to itself, so no database comes first; write null where it was created empty`
    problems.push({ path: `regions.${circle}.database.from`, text })
  }
  return problems
}

type Regions = ReadonlyMap<string, { readonly database: unknown } & ReturnType<typeof readRegions>[number][1]>

/** Follows sources that are still in place; an earlier generation lies in the past and ends the walk. */
function leadsBackTo(start: string, regions: Regions): boolean {
  let current = regions.get(start)?.database?.from
  for (let steps = 0; current && steps < regions.size; steps += 1) {
    const source = regions.get(current.region ?? '')?.database
    if (source?.generation !== current.generation) return false
    if (current.region === start) return true
    current = source?.from
  }
  return false
}
