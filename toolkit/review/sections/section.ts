import type { Review } from '../review.ts'

/** One part of the comment. */
export interface Section {
  readonly title: string
  /**
   * Its Markdown, line by line.
   *
   * @param most how many items of a list are shown; what is left out is counted
   */
  readonly lines: (review: Review, most: number) => readonly string[]
}

/** The first items of a list, and a line that counts those left out: never silently cut. */
export function shown<T>(items: readonly T[], most: number, line: (item: T) => string, what = 'more'): string[] {
  const left = items.length - most
  if (left <= 0) return items.map(line)
  return [...items.slice(0, most).map(line), `- … and ${left} ${what}, in the JSON twin`]
}

/** What is there for those who look for it. */
export function folded(summary: string, lines: readonly string[]): string[] {
  return ['', `<details><summary>${summary}</summary>`, '', ...lines, '', '</details>', '']
}
