import { AntipodeError } from '../../../runtime/model/errors.ts'

/** A place in a file, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The input cannot be reviewed: no comment is better than one that looks complete and is not. */
export function refuse(file: string, problem: string, at?: Position): AntipodeError {
  const place = at ? `${file}:${at.line}:${at.column}` : file
  return new AntipodeError('REVIEW_INPUT_REFUSED', { file, place, problem, ...(at && { ...at }) })
}

/** Where in a text a character is. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
