import { createContext, Script } from 'node:vm'

const MAX_PATTERN_LENGTH = 256
const MAX_MILLISECONDS = 50

const context = createContext(Object.create(null))
const script = new Script(
  '{ const regex = new RegExp(pattern); texts.map((list) => list.some((text) => regex.test(text))) }',
)

export type MatchOutcome = { readonly matches: readonly boolean[] } | { readonly problem: string }

/**
 * Which of these lists of texts hold one that a caller's regular expression finds. The pattern is short and its time
 * is bounded, so that one that explodes costs its caller an error and everybody else 50 ms.
 */
export function boundedMatch(pattern: string, texts: readonly (readonly string[])[]): MatchOutcome {
  if (pattern.length > MAX_PATTERN_LENGTH) return { problem: `it is longer than ${MAX_PATTERN_LENGTH} characters` }
  Object.assign(context, { pattern, texts })
  try {
    return { matches: script.runInContext(context, { timeout: MAX_MILLISECONDS }) }
  } catch (error) {
    const timedOut = (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    return { problem: timedOut ? `it takes longer than ${MAX_MILLISECONDS} ms` : (error as Error).message }
  } finally {
    Object.assign(context, { pattern: undefined, texts: undefined })
  }
}
