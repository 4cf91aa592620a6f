import { PARTS, type Part, type Place } from '../../local/local-topology.ts'
import type { ReportProblem } from './fault-interface.ts'

/** A region's name in an entry, or undefined after reporting why not. */
export function readRegion(
  field: string,
  value: unknown,
  regions: readonly string[],
  problem: ReportProblem,
): string | undefined {
  if (typeof value === 'string' && regions.includes(value)) return value
  const empty = value === undefined || value === null || value === ''
  problem(
    field,
    value,
    empty ? `name a region: ${regions.join(', ')}` : `is no region of the topology; it has ${regions.join(', ')}`,
  )
  return undefined
}

/** Two different regions, or undefined after reporting why not. */
export function readRegionPair(
  field: string,
  value: unknown,
  regions: readonly string[],
  problem: ReportProblem,
): readonly [string, string] | undefined {
  if (!Array.isArray(value) || value.length !== 2) {
    problem(field, value, `name the two regions it lies between: [${regions.slice(0, 2).join(', ')}]`)
    return undefined
  }
  const first = readRegion(`${field}[0]`, value[0], regions, problem)
  const second = readRegion(`${field}[1]`, value[1], regions, problem)
  if (first === undefined || second === undefined) return undefined
  if (first !== second) return [first, second]
  problem(field, value, 'name two different regions')
  return undefined
}

/** Two different places, each a region or `region/part`, or undefined after reporting why not. */
export function readPlacePair(
  field: string,
  value: unknown,
  regions: readonly string[],
  problem: ReportProblem,
): readonly [Place, Place] | undefined {
  if (!Array.isArray(value) || value.length !== 2) {
    problem(field, value, `name the two regions, or parts, it lies between: [${regions.slice(0, 2).join(', ')}]`)
    return undefined
  }
  const read = (index: number): Place | undefined => {
    const [name, part, ...rest] = String(value[index] ?? '').split('/')
    const region = readRegion(`${field}[${index}]`, part === undefined ? value[index] : name, regions, problem)
    if (part === undefined || (PARTS.includes(part as Part) && rest.length === 0)) return region && String(value[index])
    problem(`${field}[${index}]`, value[index], `is no part of a region; they are ${PARTS.join(', ')}`)
    return undefined
  }
  const [first, second] = [read(0), read(1)]
  if (first === undefined || second === undefined) return undefined
  if (first !== second) return [first, second]
  problem(field, value, 'name two different places')
  return undefined
}

/** The parts named; all of them when the field is absent. */
export function readParts(field: string, value: unknown, problem: ReportProblem): readonly Part[] | undefined {
  if (value === undefined) return PARTS
  if (!Array.isArray(value) || value.length === 0) {
    problem(field, value, `list at least one of ${PARTS.join(', ')}, or leave it out for all of them`)
    return undefined
  }
  const unknown = value.filter((part) => !PARTS.includes(part as Part))
  for (const part of unknown) problem(field, part, `is no part of a region; they are ${PARTS.join(', ')}`)
  return unknown.length > 0 ? undefined : PARTS.filter((part) => value.includes(part))
}

/** `data plane, control plane, database`. */
export function nameParts(parts: readonly Part[]): string {
  const order: readonly Part[] = ['data-plane', 'control-plane', 'database']
  return order
    .filter((part) => parts.includes(part))
    .join(', ')
    .replaceAll('-', ' ')
}

/** Words of a command line that name one region and nothing more. */
export function loneRegionEntry(name: string, words: readonly string[]) {
  return words.length === 1 ? { [name]: words[0] } : undefined
}

/** Words of a command line that name one region and, by `--parts a,b`, some of its parts. */
export function regionEntry(name: string, words: readonly string[], listed: string | undefined, field: string) {
  if (words.length !== 1) return undefined
  return {
    [name]: words[0],
    ...(listed === undefined ? {} : { [field]: listed.split(',').map((part) => part.trim()) }),
  }
}
