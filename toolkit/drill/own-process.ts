import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

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
