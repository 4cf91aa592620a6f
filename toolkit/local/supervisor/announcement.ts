import { AntipodeError } from '../../../runtime/model/errors.ts'
import { findProcess } from '../processes/process-table.ts'
import type { Reaper } from '../processes/reaper.ts'
import {
  claimRunningFile,
  dataDirectoryFile,
  type RunningFile,
  readRunningFile,
  releaseRunningFile,
  workingDirectoryFile,
} from './running-file.ts'

/**
 * How this run is known to others: by a file in its data directory, which is also the lock on that directory, and, once
 * it is ready, by one in the working directory unless another run is known there already.
 */
export class Announcement {
  readonly #reaper: Reaper
  readonly #running: RunningFile
  readonly #claimed: string[] = []

  constructor(run: Pick<RunningFile, 'socket' | 'topology' | 'dataDir'>, reaper: Reaper) {
    this.#reaper = reaper
    this.#running = { pid: process.pid, started: findProcess(process.pid)?.started ?? '', ...run }
  }

  /** Throws USAGE when another run holds the data directory. */
  lockDataDirectory(): void {
    const { dataDir } = this.#running
    if (this.#claim(dataDirectoryFile(dataDir))) return
    const holder = readRunningFile(dataDirectoryFile(dataDir))?.pid ?? 'another process'
    const reason = `${dataDir} is used by the \`antipode up\` of process ${holder}; stop it, or choose another --data-dir`
    throw new AntipodeError('USAGE', { reason })
  }

  inWorkingDirectory(cwd: string): void {
    this.#claim(workingDirectoryFile(cwd))
  }

  withdraw(): void {
    for (const path of this.#claimed) releaseRunningFile(path)
  }

  #claim(path: string): boolean {
    if (!claimRunningFile(path, this.#running)) return false
    this.#claimed.push(path)
    this.#reaper.removeAtEnd(path)
    return true
  }
}
