import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

export type Path = readonly (string | number)[]

/** Something wrong in a file. */
export interface AdcProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Where in the file, as `services[0].upstream`; empty for the whole of it. */
  readonly path: string
  readonly text: string
}

/** One YAML or JSON file that remembers where its values stand. */
export class SourceFile {
  readonly name: string
  /** The file's value; undefined when it cannot be read as YAML. An empty file is an empty object. */
  readonly value: unknown
  readonly problems: readonly AdcProblem[]
  readonly #lines = new LineCounter()
  readonly #document: Document

  constructor(name: string, text: string) {
    this.name = name
    this.#document = parseDocument(text, { lineCounter: this.#lines, merge: true })
    const problems: AdcProblem[] = this.#document.errors.map((error) => ({
      file: name,
      line: this.#lines.linePos(error.pos[0]).line || 1,
      path: '',
      text: firstSentence(error.message),
    }))
    if (problems.length === 0) {
      try {
        this.value = this.#document.toJS() ?? {}
      } catch (error) {
        problems.push({ file: name, line: 1, path: '', text: (error as Error).message })
      }
    }
    this.problems = problems
  }

  problem(path: Path, text: string): AdcProblem {
    return { file: this.name, line: this.lineOf(path), path: pathText(path), text }
  }

  /** The line of a value, or of the innermost one around it that the file spells out. */
  lineOf(path: Path): number {
    let node = this.#document.contents as Node | null
    let offset = node?.range?.[0] ?? 0
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(this.#document) ?? null
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step))
        if (!pair) break
        offset = (pair.key as Node | null)?.range?.[0] ?? offset
        node = pair.value as Node | null
      } else if (isSeq(node)) {
        node = (node.items[Number(step)] as Node | undefined) ?? null
        offset = node?.range?.[0] ?? offset
      } else break
    }
    return this.#lines.linePos(offset).line || 1
  }
}

/** `services[0].upstream`. */
export function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `["${step}"]`))
    .join('')
    .replace(/^\./, '')
}

/** The library adds where it is and an excerpt; the line is told by us. */
function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}
