import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FaultUndo } from '../local/local-topology.ts'

/** One line of the journal. An action's undo is on disk before the action begins. */
export type JournalLine =
  | {
      readonly at: string
      readonly id: string
      readonly event: 'about-to'
      readonly what: string
      readonly undo: readonly FaultUndo[]
    }
  | { readonly at: string; readonly id: string; readonly event: 'done' }
  | { readonly at: string; readonly id: string; readonly event: 'undone'; readonly by: string }
  | {
      readonly at: string
      readonly id: string
      readonly event: 'undo-failed'
      readonly by: string
      readonly reason: string
    }

/** An action whose undo has not been carried out. */
export interface OpenAction {
  readonly id: string
  readonly what: string
  readonly undo: readonly FaultUndo[]
}

/**
 * The undo journal of the faults on one topology: a file of JSON lines, each on disk (fsync) before `append` returns.
 * Whoever comes later, also after a crash, reads from it what is still to be undone. A line torn by a crash is the
 * last one and belongs to an action that had not begun.
 */
export class FaultJournal {
  readonly #file: string
  readonly #lines: JournalLine[]
  /** A crash cut the last line short. */
  #torn: boolean

  constructor(file: string) {
    this.#file = file
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    this.#lines = text.split('\n').flatMap(parseLine)
    this.#torn = text !== '' && !text.endsWith('\n')
  }

  get lines(): readonly JournalLine[] {
    return this.#lines
  }

  /** Before the action. */
  begin(id: string, what: string, undo: readonly FaultUndo[]): void {
    this.#append({ at: new Date().toISOString(), id, event: 'about-to', what, undo })
  }

  done(id: string): void {
    this.#append({ at: new Date().toISOString(), id, event: 'done' })
  }

  undone(id: string, by: string): void {
    this.#append({ at: new Date().toISOString(), id, event: 'undone', by })
  }

  undoFailed(id: string, by: string, reason: string): void {
    this.#append({ at: new Date().toISOString(), id, event: 'undo-failed', by, reason })
  }

  /** What is still to be undone, newest first: the order in which to undo it. */
  open(): OpenAction[] {
    const open = new Map<string, OpenAction>()
    for (const line of this.#lines) {
      if (line.event === 'about-to') open.set(line.id, { id: line.id, what: line.what, undo: line.undo })
      if (line.event === 'undone') open.delete(line.id)
    }
    return [...open.values()].reverse()
  }

  #append(line: JournalLine): void {
    mkdirSync(dirname(this.#file), { recursive: true })
    const file = openSync(this.#file, 'a', 0o600)
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

function parseLine(line: string): JournalLine[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as JournalLine]
  } catch {
    return []
  }
}
