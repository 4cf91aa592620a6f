import type { Construct } from 'constructs'
import { AntipodeError } from '../topology/index.ts'

/** The error of a construct that cannot be built as asked, with the path of the prop that has to change. */
export function invalidProp(construct: Construct, prop: string, problem: string): AntipodeError {
  return new AntipodeError('CONSTRUCT_INVALID', { path: `${construct.node.path}.${prop}`, problem })
}
