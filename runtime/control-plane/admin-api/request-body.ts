import { jsonProblem } from './json-problem.ts'

/** A body read as JSON; `value` is undefined when there was none. */
export type RequestBody = { readonly value: unknown } | { readonly problem: string; readonly text: string }

/** As deep as APISIX's parser goes; everything that walks a stored value relies on it. */
const MAX_DEPTH = 1000

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a request body as leniently as APISIX does: strings may hold raw line breaks and control characters, and of
 * a repeated key the last counts. Refused beyond its rules is only what cannot be stored and given back unchanged:
 * the key `__proto__`, half a surrogate pair, bytes that are not UTF-8.
 */
export function readBody(bytes: Buffer): RequestBody {
  if (bytes.length === 0) return { value: undefined }
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return { problem: 'it is not UTF-8', text: bytes.toString() }
  }
  const tooDeepAt = findTooDeep(text)
  if (tooDeepAt !== undefined) {
    const character = Buffer.byteLength(text.slice(0, tooDeepAt)) + 1
    return { problem: `Found too many nested data structures (${MAX_DEPTH + 1}) at character ${character}`, text }
  }
  let value: unknown
  try {
    value = parseLeniently(text)
  } catch (error) {
    return { problem: jsonProblem(text) ?? (error as Error).message, text }
  }
  // Both need one of these in the text, so that most bodies are not walked a second time.
  if (/__proto__|\\u00|\\u[dD]/.test(text)) {
    const problem = findUnstorable(value)
    if (problem) return { problem: jsonProblem(text) ?? problem, text }
  }
  return { value }
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const escaped = escapeControlsInStrings(text)
    if (escaped === text) throw error
    return JSON.parse(escaped)
  }
}

function escapeControlsInStrings(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    string.replace(/[\u0000-\u001f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

/** Where a text is nested too deep. */
function findTooDeep(text: string): number | undefined {
  if (text.length <= MAX_DEPTH) return undefined
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return at
    } else if (character === '}' || character === ']') depth--
  }
  return undefined
}

function findUnstorable(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'a string holds half a surrogate pair'
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') return 'the key "__proto__" is not allowed'
    const problem = findUnstorable(key) ?? findUnstorable(item)
    if (problem) return problem
  }
  return undefined
}
