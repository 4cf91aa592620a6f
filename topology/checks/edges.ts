import { nearestTo } from '../../runtime/model/nearest-word.ts'
import type { Problem } from '../problem.ts'
import type { TopologyDraft } from '../read-topology.ts'
import { type Check, readControlPlanes, readRegions, readServingPlaces } from './check.ts'

/** An edge, and a site with data planes, follows control planes of one lineage and has none of its own. */
export const edges: Check = (topology) => {
  const problems: Problem[] = []
  const regions = readRegions(topology)
  for (const { name, path, place } of readServingPlaces(topology)) {
    const { from } = place.controlPlane ?? {}
    if ('role' in place && place.role === undefined) continue
    if ('role' in place && place.role !== 'edge') {
      const { instances } = place.controlPlane ?? {}
      const add = (key: string, text: string) => problems.push({ path: `${path}.${key}`, text })
      if (instances === 0)
        add('controlPlane.instances', `0 leaves ${name} without one; write 1 or more, or role 'edge'`)
      if (from && from.length > 0) {
        add('controlPlane.from', `is for edges; the data planes of ${name} follow its own control planes: remove it`)
      }
      if (place.database === null) add('database', `null is for edges; '${place.role}' has a database: remove it`)
      continue
    }
    if ('role' in place && place.role === 'edge') problems.push(...superfluous(path, place))
    if (regions.length === Object.keys(topology.regions ?? {}).length) problems.push(...follows(topology, path, from))
  }
  return problems
}

function superfluous(path: string, { controlPlane, database }: ReturnType<typeof readRegions>[number][1]): Problem[] {
  const problems: Problem[] = []
  const instances = controlPlane?.instances
  if (instances) {
    const text = `${instances} cannot run in an edge, which has data planes alone; remove it, or give it another role`
    problems.push({ path: `${path}.controlPlane.instances`, text })
  }
  if (database) {
    problems.push({ path: `${path}.database`, text: 'is nothing an edge has; remove it, or give it another role' })
  }
  return problems
}

function follows(
  topology: TopologyDraft,
  at: string,
  from: readonly (string | undefined)[] | undefined,
): readonly Problem[] {
  const path = `${at}.controlPlane.from`
  const own = readControlPlanes(topology).map(([name]) => name)
  if (from === undefined || own.length === 0) return []
  if (from.length === 0) {
    const quoted = own.map((name) => `'${name}'`)
    if (topology.mode === 'active-passive' || own.length === 1) {
      return [{ path, text: `names no region; write [${quoted.join(', ')}], or leave it out` }]
    }
    const choice = quoted.map((name) => `[${name}]`).join(' or ')
    return [{ path, text: `is missing, and ${own.join(', ')} have a history each; write ${choice}` }]
  }
  const problems: Problem[] = []
  for (const [position, name = ''] of from.entries()) {
    const role = topology.regions?.[name]?.role
    if (role === 'edge') problems.push({ path, text: `'${name}' is an edge itself; name one of ${own.join(', ')}` })
    else if (!own.includes(name)) {
      problems.push({ path, text: `'${name}' is no region here; did you mean ${nearestTo(name, own)}?` })
    } else if (from.indexOf(name) < position) problems.push({ path, text: `names '${name}' twice; remove one` })
  }
  if (problems.length === 0 && topology.mode === 'active-active' && from.length > 1) {
    const text = `${from.join(', ')} have a history each, and data planes follow one; name one of them`
    problems.push({ path, text })
  }
  return problems
}
