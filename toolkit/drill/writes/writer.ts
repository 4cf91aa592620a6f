import type { ChildProcess } from 'node:child_process'
import type { Write } from '../measure/observations.ts'
import { forkBeside } from '../own-process.ts'
import type { ObservationLog } from '../traffic/observation-log.ts'
import { readLedger } from './write-ledger.ts'
import type { WriterOrder } from './writer-main.ts'

/** The runner's end of the independent client's process. */
export class Writer {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  readonly #ledger: string

  constructor(order: WriterOrder, log: ObservationLog) {
    this.#ledger = order.ledger
    this.#process = forkBeside(import.meta.url, 'writer-main')
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.on('message', (write: Write) => log.writes.push(write))
    this.#process.send(order)
  }

  /**
   * Writes nothing more and waits for every answer, at most `patience` milliseconds; then the ledger's own account.
   * What has no answer by then stays in doubt.
   */
  async stop(patience: number): Promise<Write[]> {
    if (this.#process.connected) this.#process.send('stop')
    const giveUp = setTimeout(() => this.#process.disconnect(), patience)
    await this.#ended
    clearTimeout(giveUp)
    return readLedger(this.#ledger)
  }
}
