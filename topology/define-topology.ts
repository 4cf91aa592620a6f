import { AntipodeError } from '../runtime/model/errors.ts'
import { CHECKS } from './checks/index.ts'
import type { TopologyDescription } from './description.ts'
import { formatProblems, type Problem } from './problem.ts'
import { readTopology } from './read-topology.ts'
import { Place } from './reader.ts'
import type { Topology } from './topology.ts'

/**
 * Checks a description and fills in what was left out.
 *
 * @throws AntipodeError TOPOLOGY_INVALID that reports every problem at once, each with its property path, the value
 * received and what to change; `details.problems` is the text for people, `details.found` the list, `details.topology`
 * what was described, where all of it could be read
 */
export function defineTopology(description: TopologyDescription): Topology {
  const { name, topology, problems } = examineTopology(description)
  if (topology && problems.length === 0) return topology
  throw invalidTopology(name, problems, { ...(topology && { topology }) })
}

/** What a description says, however it contradicts itself. */
export interface ExaminedTopology {
  readonly name: string
  /** With every default filled in; undefined where some of it could not be read. */
  readonly topology: Topology | undefined
  readonly problems: readonly Problem[]
}

/** Reads and checks a description without refusing it, for those who report on it. */
export function examineTopology(description: unknown): ExaminedTopology {
  const problems: Problem[] = []
  const draft = readTopology(description, new Place('', problems))
  const readable = draft !== undefined && problems.length === 0
  if (draft) for (const check of CHECKS) problems.push(...check(draft))
  return {
    name: draft?.name ?? '(no name)',
    topology: readable ? freeze(draft as Topology) : undefined,
    problems,
  }
}

/** @param more beside the problems; `topology` is what was described, where all of it could be read */
export function invalidTopology(
  name: string,
  found: readonly Problem[],
  { cause, topology }: { readonly cause?: unknown; readonly topology?: Topology } = {},
): AntipodeError {
  const details = { name, problems: formatProblems(found), found, ...(topology && { topology }) }
  return new AntipodeError('TOPOLOGY_INVALID', details, cause === undefined ? {} : { cause })
}

function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
