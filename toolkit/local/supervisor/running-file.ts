import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { findProcess } from '../processes/process-table.ts'

/** How other commands find a running `up`. */
export interface RunningFile {
  readonly pid: number
  /** Tells the process from a later one with the same id. */
  readonly started: string
  readonly socket: string
  readonly topology: string
  readonly dataDir: string
}

/** Where a working directory remembers the `up` that was started in it. */
export function workingDirectoryFile(cwd: string): string {
  return join(cwd, '.antipode', 'running.json')
}

export function dataDirectoryFile(dataDir: string): string {
  return join(dataDir, 'running.json')
}

/** The `up` that a file speaks of, if it lives. */
export function readRunningFile(path: string): RunningFile | undefined {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as RunningFile
    return findProcess(file.pid)?.started === file.started ? file : undefined
  } catch {
    return undefined
  }
}

/** Claims the file for this process; false when a living `up` holds it. */
export function claimRunningFile(path: string, file: RunningFile): boolean {
  mkdirSync(dirname(path), { recursive: true })
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(file), { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readRunningFile(path)
      if (holder && holder.pid !== file.pid) return false
      rmSync(path, { force: true })
    }
  }
}

/** Removes a claimed file, and the `.antipode` folder when nothing else is in it. */
export function releaseRunningFile(path: string): void {
  rmSync(path, { force: true })
  try {
    if (dirname(path).endsWith('.antipode')) rmdirSync(dirname(path))
  } catch {
    // Something else is in it.
  }
}

/**
 * The running `up` of a data directory, or of the working directory.
 * @throws AntipodeError NOT_RUNNING
 */
export function findRunning(cwd: string, dataDir: string | undefined): RunningFile {
  const path = dataDir ? dataDirectoryFile(dataDir) : workingDirectoryFile(cwd)
  const file = readRunningFile(path)
  if (!file) throw new AntipodeError('NOT_RUNNING', { where: dataDir ?? cwd })
  return file
}
