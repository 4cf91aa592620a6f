import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * A file of JSON lines that outlives whoever writes it: each line is on disk (fsync) before `append` returns. A line
 * that a crash cut short is the last one, and is passed over.
 */
export class DurableLines<Line> {
  readonly file: string
  readonly #lines: Line[]
  /** A crash cut the last line short. */
  #torn: boolean

  constructor(file: string) {
    this.file = file
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    this.#lines = text.split('\n').flatMap(parse<Line>)
    this.#torn = text !== '' && !text.endsWith('\n')
  }

  /** All that was written, also by others before. */
  get all(): readonly Line[] {
    return this.#lines
  }

  append(line: Line): void {
    mkdirSync(dirname(this.file), { recursive: true })
    const file = openSync(this.file, 'a', 0o600)
    try {
      writeSync(file, `${this.#torn ? '\n' : ''}${JSON.stringify(line)}\n`)
      this.#torn = false
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    this.#lines.push(line)
  }
}

function parse<Line>(text: string): Line[] {
  try {
    return text === '' ? [] : [JSON.parse(text) as Line]
  } catch {
    return []
  }
}
