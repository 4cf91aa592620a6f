import { execFile } from 'node:child_process'
import { cpus, platform, release } from 'node:os'
import { promisify } from 'node:util'
import type { DrillReport } from '../report/drill-report.ts'

/** What a report was made with. @param command as it was typed */
export async function environmentOf(command: string, cwd: string): Promise<DrillReport['environment']> {
  const commit = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd })
    .then(({ stdout }) => stdout.trim())
    .catch(() => null)
  const [cpu] = cpus()
  return {
    commit,
    versions: { node: process.versions.node },
    machine: `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${platform()} ${release()}`,
    command,
  }
}
