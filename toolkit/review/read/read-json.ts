import { type Position, positionOf, refuse } from './refuse.ts'

/** Parses a file's JSON; what is wrong is named with its line and column. */
export function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw refuse(file, reasonOf(text, error as Error), placeOf(text, error as Error))
  }
}

function reasonOf(text: string, { message }: Error): string {
  if (text.trim() === '') return 'is empty'
  const cut = /end of JSON input|Unterminated|Expected .* at position/.test(message) && isCut(text)
  return cut ? 'is cut off: the JSON ends in the middle' : `is no JSON: ${message.replace(/ \(line.*$/, '')}`
}

/** More was opened than was closed when the text ended. */
function isCut(text: string): boolean {
  return !/[}\]]\s*$/.test(text) || depthOf(text) > 0
}

function depthOf(text: string): number {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
  return (bare.match(/[{[]/g)?.length ?? 0) - (bare.match(/[}\]]/g)?.length ?? 0)
}

function placeOf(text: string, { message }: Error): Position {
  const at = /position (\d+)/.exec(message)?.[1]
  return positionOf(text, at === undefined ? text.length : Number(at))
}

/** Where a key of the topmost object stands, for a message about its value. */
export function positionOfKey(text: string, key: string): Position | undefined {
  const at = text.indexOf(`"${key}"`)
  return at < 0 ? undefined : positionOf(text, at)
}
