import type { Topology } from '../../../topology/index.ts'
import { GRADES } from '../danger/consequence.ts'
import { gradeOf } from '../danger/consequences.ts'
import { GLOBAL, type Snapshot } from '../snapshot.ts'
import { destroys, type ResourceChange } from './resource-change.ts'

/** Stacks that may be applied together: of one region, or of none. */
export interface Wave {
  readonly region: string
  /** In the order in which they are applied. */
  readonly stacks: readonly string[]
  /** Why it must not be applied; null where it may. */
  readonly refused: string | null
}

/**
 * In which order the changed stacks are applied: what others need first, then region by region, those that serve last,
 * then links and answers.
 */
export function wavesOf(
  changes: readonly ResourceChange[],
  head: Snapshot | null,
  base: Snapshot | null,
  topologies: readonly Topology[],
): Wave[] {
  const changed = [...new Set(changes.map(({ stack }) => stack))]
  const place = (name: string) => head?.stacks.get(name) ?? base?.stacks.get(name)
  const regionOf = (name: string) =>
    place(name)?.region ?? changes.find(({ stack }) => stack === name)?.region ?? GLOBAL
  const after = (name: string) => place(name)?.after ?? []
  const regional = changed.filter((name) => regionOf(name) !== GLOBAL)
  const global = changed.filter((name) => regionOf(name) === GLOBAL)
  const rank = ranksOf(changes, topologies)
  const isLate = (name: string) => after(name).some((other) => regionOf(other) !== GLOBAL)
  const byRegion = [...Map.groupBy(regional, regionOf)].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
  const groups = [
    ...global.filter((name) => !isLate(name)).map((name) => [GLOBAL, [name]] as const),
    ...byRegion,
    ...inOrder(global.filter(isLate), after).map((name) => [GLOBAL, [name]] as const),
  ]
  return groups.map(([region, stacks]) => ({
    region,
    stacks: inOrder(stacks, after),
    refused: refusalOf(
      changes.filter(({ stack }) => stacks.includes(stack)),
      topologies,
    ),
  }))
}

/**
 * Those that callers are sent to first are changed last. But a replica follows no database of an older version, so that
 * of the writer is raised first.
 */
function ranksOf(changes: readonly ResourceChange[], topologies: readonly Topology[]): (region: string) => number {
  const raised = changes.some(({ type, differences }) => {
    return /^aws_(db|rds)_/.test(type) && differences.some(({ path }) => path === 'engine_version' || path === 'family')
  })
  return (region) => {
    const roles = topologies.map(({ regions }) => regions[region]?.role)
    const rank = roles.includes('primary') ? 2 : roles.includes('active') ? 1 : 0
    return raised ? -rank : rank
  }
}

/** One apply that takes away, in every region that serves, or in all that a write needs, what they live by. */
function refusalOf(changes: readonly ResourceChange[], topologies: readonly Topology[]): string | null {
  const cuts = changes.filter((change) => destroys(change) && GRADES.indexOf(gradeOf(change)) <= GRADES.indexOf('cut'))
  for (const { name, regions, mode, database } of topologies) {
    const own = cuts.filter(({ topology }) => topology === null || topology === name)
    const links = own.filter(({ type }) => LINKS.test(type))
    if (mode === 'active-passive' && database.commit === 'confirmed' && links.length > 0) {
      return 'it takes away the link over which every write is confirmed: no region may write meanwhile'
    }
    const hit = new Set(own.map((change) => placeOf(change, Object.keys(regions))).filter((it) => it !== undefined))
    const serving = Object.keys(regions)
    if (serving.length > 1 && serving.every((region) => hit.has(region))) {
      return `it takes something away in every serving region at once (${serving.join(', ')}); split it`
    }
  }
  return null
}

const LINKS = /^aws_(vpc_peering_connection|ec2_transit_gateway)(_accepter|_peering_attachment.*)?$/

/** The region that a change is felt in: its own, or the one that a record or check of everybody's is about. */
function placeOf(
  { region, name, before, constructPath }: ResourceChange,
  regions: readonly string[],
): string | undefined {
  if (regions.includes(region) && region !== GLOBAL) return region
  const text = `${constructPath ?? name} ${before?.set_identifier ?? ''}`
  return regions.find((it) => text.includes(it))
}

function inOrder(names: readonly string[], after: (name: string) => readonly string[]): string[] {
  const ordered: string[] = []
  const visit = (name: string): void => {
    if (ordered.includes(name)) return
    for (const other of after(name)) if (names.includes(other) && other !== name) visit(other)
    ordered.push(name)
  }
  for (const name of names.toSorted()) visit(name)
  return ordered
}
