import type { Construct } from 'constructs'
import { AntipodeError } from '../topology/index.ts'

/** The error of a construct that cannot be built as asked, with the path of the prop that has to change. */
export function invalidProp(construct: Construct, prop: string, problem: string): AntipodeError {
  return new AntipodeError('CONSTRUCT_INVALID', { path: `${construct.node.path}.${prop}`, problem })
}

/** By the path of a prop, what is wrong with it and what to use; anything else where nothing is. */
export type PropProblems = Readonly<Record<string, string | false | undefined>>

/**
 * Refuses a construct that cannot be built as asked, with everything that is wrong at once.
 *
 * @throws AntipodeError CONSTRUCT_INVALID
 */
export function refuseProps(construct: Construct, problems: PropProblems): void {
  const found = Object.entries(problems).flatMap(([prop, problem]) => (problem ? [{ prop, problem }] : []))
  const [first, ...more] = found
  if (!first) return
  if (more.length === 0) throw invalidProp(construct, first.prop, first.problem)
  const lines = found.map(({ prop, problem }) => `\n  ${prop}: ${problem}`)
  throw new AntipodeError('CONSTRUCT_INVALID', {
    path: construct.node.path,
    problem: `${found.length} props have to change${lines.join('')}`,
  })
}
