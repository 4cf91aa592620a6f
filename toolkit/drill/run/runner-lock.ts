import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { findProcess } from '../../local/processes/process-table.ts'

interface Holder {
  readonly pid: number
  /** Tells the process from a later one with the same id. */
  readonly started: string
  readonly drill: string
}

/**
 * Makes this process the only one that drills a topology: two would each take the other's damage for its own. The lock
 * of a runner that was killed is nobody's.
 *
 * @returns what gives it back
 * @throws AntipodeError DRILL_NOT_STARTED while another drill runs on the topology
 */
export function lockTopology(dataDir: string, drill: string): () => void {
  const path = join(dataDir, 'drill.lock')
  const started = findProcess(process.pid)?.started ?? ''
  const own: Holder = { pid: process.pid, started, drill }
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readHolder(path)
      if (holder !== undefined) {
        const reason = `the drill ${holder.drill} (process ${holder.pid}) runs on this topology; wait until it has ended`
        throw new AntipodeError('DRILL_NOT_STARTED', { reason })
      }
      rmSync(path, { force: true })
    }
  }
}

/** Undefined where it lives no more, or the file is torn. */
function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder
    return findProcess(holder.pid)?.started === holder.started ? holder : undefined
  } catch {
    return undefined
  }
}
