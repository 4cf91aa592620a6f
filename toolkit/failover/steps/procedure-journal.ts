import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'

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
 * What was done to a deployment, and is being done: a file of JSON lines, each on disk (fsync) before its step begins.
 * A procedure that was begun and not ended is gone on with; no other one begins before.
 */
export class ProcedureJournal {
  readonly #file: string
  readonly #lines: ProcedureLine[]
  /** A crash cut the last line short. */
  #torn: boolean

  constructor(file: string) {
    this.#file = file
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    this.#lines = text.split('\n').flatMap(parseLine)
    this.#torn = text !== '' && !text.endsWith('\n')
  }

  get lines(): readonly ProcedureLine[] {
    return this.#lines
  }

  /** The procedure that was begun and has not ended. */
  get open(): ProcedureName | undefined {
    const last = this.#lines.findLast((line) => line.event === 'begun' || line.event === 'ended')
    return last?.event === 'begun' ? { procedure: last.procedure, to: last.to } : undefined
  }

  /** Whether a step of the open procedure was begun and not taken back. */
  has(step: string): boolean {
    const since = this.#lines.findLastIndex(({ event }) => event === 'begun')
    const last = this.#lines.slice(since).findLast((line) => 'step' in line && line.step === step)
    return this.open !== undefined && last !== undefined && last.event !== 'undone'
  }

  /**
   * @returns whether it goes on with what was begun
   * @throws AntipodeError ANTIPODE_REFUSED while another one has not ended
   */
  begin(name: ProcedureName): boolean {
    const { open } = this
    if (open && (open.procedure !== name.procedure || open.to !== name.to)) {
      const reason = `the ${open.procedure} to ${open.to} has not ended; run that again first (its journal: ${this.#file})`
      throw new AntipodeError('ANTIPODE_REFUSED', { reason })
    }
    if (!open) this.#append({ at: new Date().toISOString(), event: 'begun', ...name })
    return open !== undefined
  }

  step(event: StepEvent, step: string): void {
    this.#append({ at: new Date().toISOString(), event, step })
  }

  end(name: ProcedureName): void {
    this.#append({ at: new Date().toISOString(), event: 'ended', ...name })
  }

  #append(line: ProcedureLine): void {
    mkdirSync(dirname(this.#file), { recursive: true })
    const file = openSync(this.#file, 'a')
    try {
      writeSync(file, `${this.#torn ? '\n' : ''}${JSON.stringify(line)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    this.#torn = false
    this.#lines.push(line)
  }
}

function parseLine(text: string): ProcedureLine[] {
  try {
    return text === '' ? [] : [JSON.parse(text) as ProcedureLine]
  } catch {
    return []
  }
}
