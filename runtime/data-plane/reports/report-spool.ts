import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { CallReport } from '../../model/call-report.ts'
import { writeDurably } from '../cache/durable-file.ts'

/**
 * What has to be known of a report without opening it: when it was made, its run and sequence, its calls, and the reports
 * and calls that it tells to have been dropped before it.
 */
const NAME = /^(\d{15})-[0-9a-f-]{36}-\d{10}-(\d+)-(\d+)-(\d+)\.json\.gz$/

/** What nobody will ever hear of, but how much it was. */
export interface Dropped {
  readonly reports: number
  readonly calls: number
}

/** How much waits at most. */
export interface SpoolBounds {
  /** Bytes. */
  readonly size: number
  /** Milliseconds. */
  readonly age: number
}

/** A report that waits to be accepted, packed as it will travel. */
export interface WaitingReport {
  readonly name: string
  readonly size: number
  readonly calls: number
  /** What it tells to have been dropped before it. */
  readonly dropped: Dropped
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Where the disk has it not. */
  readonly content?: Buffer
}

/**
 * Reports that no control plane has accepted yet, the oldest first, on disk across restarts. Past its bounds the oldest
 * ones are dropped, and counted. What the disk does not take is kept in memory, within the same bounds.
 */
export class ReportSpool {
  readonly #folder: string | null
  readonly #bounds: SpoolBounds
  readonly #logger: Logger
  readonly #now: () => number
  #waiting: WaitingReport[] = []
  #size = 0
  #dropped: Dropped = { reports: 0, calls: 0 }
  #failure: string | undefined

  /** @param folder null keeps everything in memory */
  static async open(
    folder: string | null,
    bounds: SpoolBounds,
    logger: Logger,
    now: () => number = Date.now,
  ): Promise<ReportSpool> {
    const spool = new ReportSpool(folder, bounds, logger, now)
    if (folder !== null) await spool.#find(folder)
    await spool.#keepBounds()
    return spool
  }

  private constructor(folder: string | null, bounds: SpoolBounds, logger: Logger, now: () => number) {
    this.#folder = folder
    this.#bounds = bounds
    this.#logger = logger
    this.#now = now
  }

  /** How much waits. */
  get waiting(): { readonly reports: number; readonly bytes: number } {
    return { reports: this.#waiting.length, bytes: this.#size }
  }

  get oldest(): WaitingReport | undefined {
    return this.#waiting[0]
  }

  /** Why the newest report is not on disk, or undefined. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** What was dropped and nobody has been told of. */
  get dropped(): Dropped {
    return this.#dropped
  }

  /** What was dropped, to be told in the next report. */
  takeDropped(): Dropped {
    const dropped = this.#dropped
    this.#dropped = { reports: 0, calls: 0 }
    return dropped
  }

  async add({ run, sequence, rows, dropped }: CallReport, content: Buffer): Promise<void> {
    const calls = rows.reduce((sum, row) => sum + row.calls, 0)
    const createdAt = this.#now()
    const padded = (value: number, length: number) => String(value).padStart(length, '0')
    const counts = `${calls}-${dropped.reports}-${dropped.calls}`
    const name = `${padded(createdAt, 15)}-${run}-${padded(sequence, 10)}-${counts}.json.gz`
    const entry = { name, size: content.length, calls, dropped, createdAt }
    const isOnDisk = this.#folder !== null && (await this.#write(join(this.#folder, name), content))
    this.#waiting.push(isOnDisk ? entry : { ...entry, content })
    this.#size += entry.size
    await this.#keepBounds()
  }

  /** @returns undefined where it cannot be read any more; it is counted as dropped then */
  async read(report: WaitingReport): Promise<Buffer | undefined> {
    if (report.content) return report.content
    try {
      return await readFile(join(this.#folder!, report.name))
    } catch (error) {
      this.#logger.error({ report: report.name, reason: (error as Error).message }, 'a report cannot be read')
      await this.drop(report)
      return undefined
    }
  }

  /** It was accepted. */
  async remove(report: WaitingReport): Promise<void> {
    const index = this.#waiting.indexOf(report)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    this.#size -= report.size
    if (report.content || this.#folder === null) return
    await rm(join(this.#folder, report.name), { force: true }).catch((error: Error) => {
      // It is sent again after the next start; who took it in recognises it.
      this.#logger.warn({ report: report.name, reason: error.message }, 'a report cannot be removed')
    })
  }

  /** Nobody will ever accept it. */
  async drop(report: WaitingReport): Promise<void> {
    const { reports, calls } = this.#dropped
    const { dropped } = report
    this.#dropped = { reports: reports + dropped.reports + 1, calls: calls + dropped.calls + report.calls }
    await this.remove(report)
  }

  async #find(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of (await readdir(folder)).sort()) {
      const match = NAME.exec(name)
      if (!match) {
        // Left by a crash while it was written: the report before it was complete.
        if (name.endsWith('.new')) await rm(join(folder, name), { force: true })
        continue
      }
      const { size } = await stat(join(folder, name))
      const [createdAt = 0, calls = 0, reports = 0, callsBefore = 0] = match.slice(1).map(Number)
      this.#waiting.push({ name, size, calls, dropped: { reports, calls: callsBefore }, createdAt })
      this.#size += size
    }
  }

  async #keepBounds(): Promise<void> {
    const oldest = this.#now() - this.#bounds.age
    let dropped = 0
    for (let first = this.oldest; first; first = this.oldest) {
      if (this.#size <= this.#bounds.size && first.createdAt >= oldest) break
      await this.drop(first)
      dropped += 1
    }
    if (dropped > 0) this.#logger.error({ dropped, ...this.waiting }, 'reports are dropped: nobody accepts them')
  }

  async #write(path: string, content: Buffer): Promise<boolean> {
    try {
      await writeDurably(path, content)
      this.#failure = undefined
      return true
    } catch (error) {
      this.#failure = `reports cannot be kept on disk: ${(error as Error).message}`
      this.#logger.error({ err: error }, 'a report cannot be kept on disk')
      return false
    }
  }
}
