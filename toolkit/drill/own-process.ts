import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AntipodeError } from '../../runtime/model/errors.ts'

/** What a process of this room says when it is loaded and can take its order. */
export const READY = 'ready'

/**
 * Starts a module of this room as a process of its own, which ends when its channel to this one does.
 *
 * @param base `import.meta.url` of the module beside it
 * @param name its file's name without extension, which differs between sources and what is published
 */
export function forkBeside(
  base: string,
  name: string,
  args: readonly string[] = [],
  options: ForkOptions = {},
): ChildProcess {
  const file = fileURLToPath(new URL(`${name}${extname(fileURLToPath(base))}`, base))
  return fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...options })
}

/** Starts a module as `forkBeside` does, and waits until it says that it can take its order. */
export async function launchBeside(base: string, name: string): Promise<ChildProcess> {
  const child = forkBeside(base, name)
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new AntipodeError('START_FAILED', { what: `the drill's ${name}`, reason: `it ended with code ${code}` }))
    })
  })
  return child
}
