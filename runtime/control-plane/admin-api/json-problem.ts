/** A token by cjson's name, or what is wrong with it; `at` counts characters from 0. */
interface Token {
  readonly name: string
  readonly at: number
}

const PUNCTUATION: Readonly<Record<string, string>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ':': 'T_COLON',
  ',': 'T_COMMA',
}
const SCALARS = new Set(['T_STRING', 'T_NUMBER', 'T_BOOLEAN', 'T_NULL'])

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
/** Half a surrogate pair is no escape code. Raw control characters are taken, as everywhere in a body. */
const STRING_PART =
  /[^"\\\0]+|\\["\\/bfnrt]|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u(?![dD][89a-fA-F])[\da-fA-F]{4}/y

class Found extends Error {}

/**
 * Says why a text is no JSON in the words of lua-cjson, which reads bodies in APISIX: `Expected comma or object end but
 * found T_STRING at character 8`. Characters are bytes, counted from 1.
 *
 * @returns undefined where cjson would find nothing, which is more lenient with numbers
 */
export function jsonProblem(text: string): string | undefined {
  let position = 0

  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = position
    if (!pattern.test(text)) return false
    position = pattern.lastIndex
    return true
  }

  const stringToken = (at: number): Token => {
    position++
    while (takes(STRING_PART)) {}
    const end = text[position]
    if (end === '"') {
      position++
      return { name: 'T_STRING', at }
    }
    if (end !== '\\') return { name: 'unexpected end of string', at: position }
    return { name: text[position + 1] === 'u' ? 'invalid unicode escape code' : 'invalid escape code', at: position }
  }

  const next = (): Token => {
    takes(SPACE)
    const at = position
    const character = text[at]
    if (character === undefined || character === '\0') return { name: 'T_END', at }
    if (character === '"') return stringToken(at)
    const punctuation = PUNCTUATION[character]
    if (punctuation) {
      position++
      return { name: punctuation, at }
    }
    if (/[-\d]/.test(character)) return { name: takes(NUMBER) ? 'T_NUMBER' : 'invalid number', at }
    if (!takes(WORD)) return { name: 'invalid token', at }
    return { name: character === 'n' ? 'T_NULL' : 'T_BOOLEAN', at }
  }

  const fail = (expected: string, { name, at }: Token): never => {
    const character = Buffer.byteLength(text.slice(0, at)) + 1
    throw new Found(`Expected ${expected} but found ${name} at character ${character}`)
  }

  const value = (token: Token): void => {
    if (token.name === 'T_OBJ_BEGIN') members()
    else if (token.name === 'T_ARR_BEGIN') items()
    else if (!SCALARS.has(token.name)) fail('value', token)
  }

  const members = (): void => {
    let token = next()
    if (token.name === 'T_OBJ_END') return
    for (;;) {
      if (token.name !== 'T_STRING') fail('object key string', token)
      const colon = next()
      if (colon.name !== 'T_COLON') fail('colon', colon)
      value(next())
      token = next()
      if (token.name === 'T_OBJ_END') return
      if (token.name !== 'T_COMMA') fail('comma or object end', token)
      token = next()
    }
  }

  const items = (): void => {
    let token = next()
    if (token.name === 'T_ARR_END') return
    for (;;) {
      value(token)
      token = next()
      if (token.name === 'T_ARR_END') return
      if (token.name !== 'T_COMMA') fail('comma or array end', token)
      token = next()
    }
  }

  try {
    value(next())
    const end = next()
    if (end.name !== 'T_END') fail('the end', end)
    return undefined
  } catch (error) {
    if (error instanceof Found) return error.message
    throw error
  }
}
