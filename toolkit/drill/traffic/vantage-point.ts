import type { ChildProcess } from 'node:child_process'
import { launchBeside } from '../own-process.ts'
import type { ObservationLog } from './observation-log.ts'
import { fromRow, type VantageOrder, type VantageReport } from './vantage-messages.ts'

/** The runner's end of one vantage point's process. What it reports goes into the log. */
export class VantagePoint {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>

  private constructor(process: ChildProcess) {
    this.#process = process
    this.#ended = new Promise((resolve) => process.once('exit', () => resolve()))
  }

  /** Starts the process, which waits for its order. */
  static async launch(): Promise<VantagePoint> {
    return new VantagePoint(await launchBeside(import.meta.url, 'vantage-main'))
  }

  observe(order: VantageOrder, log: ObservationLog): void {
    this.#process.on('message', (report: VantageReport) => {
      log.calls.push(...report.calls.map((row) => fromRow(order, row)))
      log.probes.push(...report.probes)
      log.controlPlanes.push(...report.controlPlanes)
      log.dataPlanes.push(...report.dataPlanes)
      log.answers.push(...report.answers)
      log.certificates.push(...report.certificates)
      log.editions.push(...report.editions)
      log.settled(order.vantage, report.settledUntil)
    })
    this.#process.send(order)
  }

  /** Sends nothing more, waits for the calls that are under way, and ends the process. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.send('stop')
    await this.#ended
  }
}
