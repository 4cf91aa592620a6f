import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'

interface State {
  /** Name of the topology that the data belongs to. */
  readonly topology: string
  readonly lastPrimary?: string
}

/** What a data directory remembers of its last run, beside the data itself. */
export class KeptState {
  readonly #path: string
  #state: State

  /** Throws USAGE when the directory holds the data of another topology. */
  constructor(dataDirectory: string, topology: string) {
    this.#path = join(dataDirectory, 'state.json')
    const stored = existsSync(this.#path) ? (JSON.parse(readFileSync(this.#path, 'utf8')) as State) : undefined
    if (stored && stored.topology !== topology) {
      const reason = `${dataDirectory} holds the data of ${stored.topology}, not of ${topology}; choose another --data-dir`
      throw new AntipodeError('USAGE', { reason })
    }
    this.#state = stored ?? { topology }
    if (!stored) this.#write()
  }

  /** The region that wrote last. */
  get lastPrimary(): string | undefined {
    return this.#state.lastPrimary
  }

  rememberPrimary(region: string): void {
    this.#state = { ...this.#state, lastPrimary: region }
    this.#write()
  }

  /** At once or not at all, however the supervisor ends. */
  #write(): void {
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(this.#state)}\n`)
    renameSync(`${this.#path}.new`, this.#path)
  }
}
