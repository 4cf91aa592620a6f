import type { Document, LineCounter } from 'yaml'
import { isNode } from 'yaml'

export type SpecPath = readonly (string | number)[]

/** One thing that is wrong with a drill's file. */
export interface SpecProblem {
  /** `fault[0].lose`; empty for the file as a whole. */
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** The value as it was written, as JSON; null where nothing was. */
  readonly received: string | null
  readonly change: string
}

/** Collects every problem of one file, so that all are told at once. */
export class ProblemList {
  readonly problems: SpecProblem[] = []
  readonly #document: Document
  readonly #lines: LineCounter

  constructor(document: Document, lines: LineCounter) {
    this.#document = document
    this.#lines = lines
  }

  add(path: SpecPath, received: unknown, change: string): void {
    const problem = { path: formatPath(path), line: this.#lineOf(path), received: formatReceived(received), change }
    this.problems.push(problem)
  }

  /** A problem of the file's syntax, at an offset of its text. */
  addAt(offset: number, change: string): void {
    this.problems.push({ path: '', line: this.#lines.linePos(offset).line, received: null, change })
  }

  /** The line of the node at `path`, or of the nearest one above it. */
  #lineOf(path: SpecPath): number {
    for (let length = path.length; length > 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]).line
    }
    return 1
  }
}

/** One line a problem, under their count. */
export function formatSpecProblems(problems: readonly SpecProblem[]): string {
  const sorted = [...problems].sort((a, b) => a.line - b.line)
  const where = sorted.map(({ line }) => `line ${line}`)
  const whereWidth = Math.max(...where.map((text) => text.length))
  const pathWidth = Math.max(...sorted.map(({ path }) => path.length))
  const lines = sorted.map(({ path, received, change }, index) => {
    const what = received === null ? change : `${received}: ${change}`
    return `  ${where[index]!.padEnd(whereWidth)}  ${path.padEnd(pathWidth)}${path === '' && pathWidth === 0 ? '' : '  '}${what}`
  })
  return [`${problems.length} problem${problems.length === 1 ? '' : 's'}`, ...lines].join('\n')
}

function formatPath(path: SpecPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

function formatReceived(value: unknown): string | null {
  if (value === undefined) return null
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
