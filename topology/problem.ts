/** One thing that is wrong with a description. */
export interface Problem {
  /** The property path, such as `regions.us-west-2.network`. */
  readonly path: string
  /** The value received, why it cannot be, what to change. Line breaks are kept. */
  readonly text: string
}

/** All problems as two aligned columns under a count, as people read them. */
export function formatProblems(problems: readonly Problem[]): string {
  const width = Math.max(0, ...problems.map((problem) => problem.path.length)) + 3
  const lines = problems.map(({ path, text }) => {
    return `  ${path.padEnd(width)}${text.replaceAll('\n', `\n  ${' '.repeat(width)}`)}`
  })
  return [`${problems.length} problem${problems.length === 1 ? '' : 's'}`, ...lines].join('\n')
}
