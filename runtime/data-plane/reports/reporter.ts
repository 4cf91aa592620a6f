import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Logger } from 'pino'
import type { CallReport, ReportedCalls } from '../../model/call-report.ts'
import { Backoff } from '../sync/backoff.ts'
import { ControlPlaneRefusal } from '../sync/control-plane-connection.ts'
import type { CallCounters } from './call-counters.ts'
import type { ReportSpool } from './report-spool.ts'

export interface ReporterOptions {
  readonly counters: CallCounters
  readonly spool: ReportSpool
  /** Names this life of the process. */
  readonly run: string
  readonly index: string
  readonly region: string
  /** Milliseconds between two reports, before jitter. */
  readonly interval: number
  readonly instance: () => string | null
  /** Hands a packed report to the control plane that is followed; throws where it was not accepted. */
  readonly send: (report: Buffer) => Promise<void>
  readonly logger: Logger
}

const MINUTE = 60_000
/** Rows of one report; who serves more routes sends several. */
const MOST_ROWS = 2_000
/** What the last reports of a process that stops may take to be accepted. */
const FAREWELL = 1_000
/** A control plane of an earlier release takes no reports; the next one may. */
const NOT_TAKEN_PAUSE = 60_000
/** Refusals of the report itself. It would be refused for ever. */
const HOPELESS = new Set([400, 413, 422])
const pack = promisify(gzip)

/**
 * Reports calls to the control plane.
 *
 * Counts are taken every interval, jittered, and at each turn of a minute, so that a report belongs to one minute. They
 * go to the spool first, then one report after the other to the control plane, the oldest first; nothing leaves the
 * spool before it was accepted. While nobody accepts anything the tries become fewer, as the control plane asks or up to
 * one in eight seconds. What was counted and not taken yet is lost where the process is killed.
 */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #stop = new AbortController()
  readonly #backoff = new Backoff()
  #sequence = 0
  #minute = minuteOf(Date.now())
  #isNews = new AbortController()
  #taking: Promise<void> = Promise.resolve()
  #running: Promise<unknown> | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  start(): void {
    // What an earlier life of the process left behind.
    if (this.#options.spool.oldest) this.#isNews.abort()
    this.#running = Promise.all([this.#takeRegularly(), this.#sendRegularly()])
  }

  /** Takes what was counted last, and tries for a moment to get it accepted; what is not waits on disk. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#isNews.abort()
    await this.take()
    const rest = Promise.resolve(this.#running).then(() => this.#sendAll())
    await Promise.race([rest, delay(FAREWELL, undefined, { ref: false })]).catch(() => {})
  }

  /** Puts what was counted since the last time into the spool. */
  take(): Promise<void> {
    this.#taking = this.#taking.then(() => this.#take())
    return this.#taking
  }

  async #take(): Promise<void> {
    const { counters, spool, logger } = this.#options
    const rows = counters.take()
    const minute = this.#minute
    this.#minute = minuteOf(Date.now())
    const { reports: dropped } = spool.dropped
    if (rows.length === 0 && dropped === 0) return
    try {
      for (let from = 0; from === 0 || from < rows.length; from += MOST_ROWS) {
        await this.#spool(rows.slice(from, from + MOST_ROWS), minute)
      }
    } catch (error) {
      logger.error({ err: error }, 'calls are not reported')
    }
    this.#isNews.abort()
  }

  async #spool(rows: ReportedCalls[], minute: number): Promise<void> {
    const { spool, run, index, region, instance } = this.#options
    this.#sequence += 1
    const report: CallReport = {
      ...{ format: 1, instance: instance(), run, sequence: this.#sequence, index, region, minute, rows },
      dropped: spool.takeDropped(),
    }
    await spool.add(report, await pack(JSON.stringify(report)))
  }

  async #takeRegularly(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const now = Date.now()
      const untilNextMinute = minuteOf(now) + MINUTE - now
      const wait = Math.min(this.#options.interval * (0.9 + Math.random() * 0.2), untilNextMinute)
      await delay(wait, undefined, { signal }).catch(() => {})
      if (!signal.aborted) await this.take()
    }
  }

  async #sendRegularly(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const isNews = this.#isNews.signal
      if (!isNews.aborted) await new Promise((resolve) => isNews.addEventListener('abort', resolve, { once: true }))
      this.#isNews = new AbortController()
      // Counts are taken at the same turn of the minute everywhere; control planes are not called all at once.
      await delay(Math.random() * Math.min(3_000, this.#options.interval / 3), undefined, { signal }).catch(() => {})
      while (!signal.aborted && this.#options.spool.oldest) {
        const pause = await this.#sendAll().then(
          () => 0,
          (error: Error) => this.#pauseAfter(error),
        )
        if (pause > 0) await delay(pause, undefined, { signal }).catch(() => {})
      }
    }
  }

  /** @throws what the first one that was not accepted was answered with */
  async #sendAll(): Promise<void> {
    const { spool, send, logger } = this.#options
    for (let report = spool.oldest; report; report = spool.oldest) {
      const content = await spool.read(report)
      if (!content) continue
      try {
        await send(content)
      } catch (error) {
        if (!(error instanceof ControlPlaneRefusal && HOPELESS.has(error.status))) throw error
        logger.error({ report: report.name, reason: error.message }, 'a report is dropped')
        await spool.drop(report)
        continue
      }
      this.#backoff.reset()
      await spool.remove(report)
    }
  }

  /** Milliseconds. */
  #pauseAfter(error: Error): number {
    this.#options.logger.debug({ reason: error.message }, 'a report was not accepted')
    if (!(error instanceof ControlPlaneRefusal)) return this.#backoff.next()
    const asked = error.status === 404 ? NOT_TAKEN_PAUSE : (error.retryAfter ?? 0) * 1000
    return asked > 0 ? asked * (1 + Math.random() / 2) : this.#backoff.next()
  }
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE
}
