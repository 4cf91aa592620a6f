import { execFile } from 'node:child_process'
import { chownSync, mkdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { unprivilegedUser } from '../database/unprivileged-user.ts'
import type { LocalPlan } from '../plan/local-plan.ts'
import type { Reaper } from '../processes/reaper.ts'
import type { Workspace } from './workspace.ts'

/** Enough for an empty control plane's database and its log, and soon full. */
const SIZE = '224m'

/** Whether this process may give databases disks of their own. */
export function mayBoundDisks(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

/**
 * Gives every region's database a small disk of its own, in memory, which goes with the run.
 *
 * @returns what takes them away, once nothing uses them any more; the reaper does so where nobody else can
 * @throws AntipodeError USAGE where this process may not mount one
 */
export async function provideDisks(
  plan: LocalPlan,
  workspace: Workspace,
  reaper: Reaper,
): Promise<() => Promise<void>> {
  if (!mayBoundDisks()) throw refusal('only root on Linux may mount one')
  const user = unprivilegedUser()
  const mounted: string[] = []
  for (const { name } of plan.regions) {
    const directory = workspace.database(name)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    reaper.unmountAtEnd(directory)
    try {
      await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0700`, 'antipode', directory])
    } catch (error) {
      throw refusal((error as Error).message.trim())
    }
    mounted.push(directory)
    if (user) chownSync(directory, user.uid, user.gid)
  }
  return async () => {
    for (const directory of mounted) await promisify(execFile)('umount', ['--lazy', directory])
  }
}

function refusal(reason: string): AntipodeError {
  return new AntipodeError('USAGE', { reason: `--prepare bounded-disk: ${reason}` })
}
