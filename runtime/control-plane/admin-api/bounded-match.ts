import { createContext, Script } from 'node:vm'

const MAX_PATTERN_LENGTH = 256
const MAX_MILLISECONDS = 50
/** Tries on a machine so busy that the process hardly gets to run. */
const MAX_TRIES = 6

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
    for (let tries = 1; ; tries++) {
      const before = process.cpuUsage()
      try {
        return { matches: script.runInContext(context, { timeout: MAX_MILLISECONDS }) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
          return { problem: (error as Error).message }
        }
        // The clock runs on while others have the processor; what counts is the time that was used.
        const { user, system } = process.cpuUsage(before)
        if (user + system >= MAX_MILLISECONDS * 900 || tries === MAX_TRIES) {
          return { problem: `it takes longer than ${MAX_MILLISECONDS} ms` }
        }
      }
    }
  } finally {
    Object.assign(context, { pattern: undefined, texts: undefined })
  }
}
