import { DurableLines } from '../durable-lines.ts'
import type { FaultUndo } from '../local/local-topology.ts'

/** One line of the journal. An action's undo is on disk before the action begins. */
export type JournalLine<Undo = FaultUndo> =
  | {
      readonly at: string
      readonly id: string
      readonly event: 'about-to'
      readonly what: string
      readonly undo: readonly Undo[]
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
export interface OpenAction<Undo = FaultUndo> {
  readonly id: string
  readonly what: string
  readonly undo: readonly Undo[]
}

/**
 * The undo journal of the faults on one topology. Whoever comes later, also after a crash, reads from it what is still
 * to be undone; a line that the crash cut short belongs to an action that had not begun. What undoes them is a step of
 * the supervisor's, or a call to AWS.
 */
export class FaultJournal<Undo = FaultUndo> {
  readonly #lines: DurableLines<JournalLine<Undo>>

  constructor(file: string) {
    this.#lines = new DurableLines(file)
  }

  get lines(): readonly JournalLine<Undo>[] {
    return this.#lines.all
  }

  /** Before the action. */
  begin(id: string, what: string, undo: readonly Undo[]): void {
    this.#lines.append({ at: new Date().toISOString(), id, event: 'about-to', what, undo })
  }

  done(id: string): void {
    this.#lines.append({ at: new Date().toISOString(), id, event: 'done' })
  }

  undone(id: string, by: string): void {
    this.#lines.append({ at: new Date().toISOString(), id, event: 'undone', by })
  }

  undoFailed(id: string, by: string, reason: string): void {
    this.#lines.append({ at: new Date().toISOString(), id, event: 'undo-failed', by, reason })
  }

  /** What is still to be undone, newest first: the order in which to undo it. */
  open(): OpenAction<Undo>[] {
    const open = new Map<string, OpenAction<Undo>>()
    for (const line of this.#lines.all) {
      if (line.event === 'about-to') open.set(line.id, { id: line.id, what: line.what, undo: line.undo })
      if (line.event === 'undone') open.delete(line.id)
    }
    return [...open.values()].reverse()
  }
}
