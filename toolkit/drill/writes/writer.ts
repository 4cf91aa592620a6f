import type { ChildProcess } from 'node:child_process'
import type { Write } from '../measure/observations.ts'
import { launchBeside } from '../own-process.ts'
import type { ObservationLog } from '../traffic/observation-log.ts'
import { readLedger } from './write-ledger.ts'
import type { WriterOrder } from './writer-main.ts'

/** The runner's end of the independent client's process. */
export class Writer {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  #ledger: string | undefined

  private constructor(process: ChildProcess) {
    this.#process = process
    this.#ended = new Promise((resolve) => process.once('exit', () => resolve()))
  }

  /** Starts the process, which waits for its order. */
  static async launch(): Promise<Writer> {
    return new Writer(await launchBeside(import.meta.url, 'writer-main'))
  }

  write(order: WriterOrder, log: ObservationLog): void {
    this.#ledger = order.ledger
    this.#process.on('message', (write: Write) => log.writes.push(write))
    this.#process.send(order)
  }

  /**
   * Writes nothing more and waits for every answer, at most `patience` milliseconds; then the ledger's own account.
   * What has no answer by then stays in doubt.
   */
  async stop(patience: number): Promise<Write[]> {
    if (this.#ledger === undefined) this.#process.disconnect()
    else if (this.#process.connected) this.#process.send('stop')
    const giveUp = setTimeout(() => this.#process.connected && this.#process.disconnect(), patience)
    await this.#ended
    clearTimeout(giveUp)
    return this.#ledger === undefined ? [] : readLedger(this.#ledger)
  }
}
