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
 * received and what to change; `details.problems` is the text for people, `details.found` the list
 */
export function defineTopology(description: TopologyDescription): Topology {
  const problems: Problem[] = []
  const draft = readTopology(description, new Place('', problems))
  if (draft) for (const check of CHECKS) problems.push(...check(draft))
  if (problems.length > 0 || draft === undefined) throw invalidTopology(draft?.name ?? '(no name)', problems)
  return freeze(draft as Topology)
}

export function invalidTopology(name: string, found: readonly Problem[], cause?: unknown): AntipodeError {
  const options = cause === undefined ? {} : { cause }
  return new AntipodeError('TOPOLOGY_INVALID', { name, problems: formatProblems(found), found }, options)
}

function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
