import { AntipodeError } from '../../../runtime/model/errors.ts'
import { DurableLines } from '../../durable-lines.ts'

/** What a procedure is about; the same again is the same procedure, going on. */
export interface ProcedureName {
  readonly procedure: string
  readonly to: string
}

export type StepEvent = 'about-to' | 'done' | 'undone'

export type ProcedureLine =
  | ({ readonly at: string; readonly event: 'begun' | 'ended' } & ProcedureName)
  | { readonly at: string; readonly event: StepEvent; readonly step: string }

/**
 * What was done to a deployment, and is being done: each line is on disk before its step begins.
 * A procedure that was begun and not ended is gone on with; no other one begins before.
 */
export class ProcedureJournal {
  readonly #lines: DurableLines<ProcedureLine>

  constructor(file: string) {
    this.#lines = new DurableLines(file)
  }

  get lines(): readonly ProcedureLine[] {
    return this.#lines.all
  }

  /** The procedure that was begun and has not ended. */
  get open(): ProcedureName | undefined {
    const last = this.#lines.all.findLast((line) => line.event === 'begun' || line.event === 'ended')
    return last?.event === 'begun' ? { procedure: last.procedure, to: last.to } : undefined
  }

  /** Whether a step of the open procedure was begun and not taken back. */
  has(step: string): boolean {
    const since = this.#lines.all.findLastIndex(({ event }) => event === 'begun')
    const last = this.#lines.all.slice(since).findLast((line) => 'step' in line && line.step === step)
    return this.open !== undefined && last !== undefined && last.event !== 'undone'
  }

  /**
   * @returns whether it goes on with what was begun
   * @throws AntipodeError ANTIPODE_REFUSED while another one has not ended
   */
  begin(name: ProcedureName): boolean {
    const { open } = this
    if (open && (open.procedure !== name.procedure || open.to !== name.to)) {
      const reason = `the ${open.procedure} to ${open.to} has not ended; run that again first (its journal: ${this.#lines.file})`
      throw new AntipodeError('ANTIPODE_REFUSED', { reason })
    }
    if (!open) this.#lines.append({ at: new Date().toISOString(), event: 'begun', ...name })
    return open !== undefined
  }

  step(event: StepEvent, step: string): void {
    this.#lines.append({ at: new Date().toISOString(), event, step })
  }

  end(name: ProcedureName): void {
    this.#lines.append({ at: new Date().toISOString(), event: 'ended', ...name })
  }
}
