import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const MODEL = fileURLToPath(new URL('replication.pml', import.meta.url))

/** Names and values of what is defined before the model is read; `true` defines a name without a value. */
export type Definitions = Readonly<Record<string, number | true>>

export interface Search {
  /** Whether every state was visited that can be reached. */
  readonly complete: boolean
  readonly states: number
  /** The property that does not hold, as the model words it; null where all hold. */
  readonly violation: string | null
  /** Whether a way to the violation was written down. */
  readonly trail: boolean
  readonly output: string
}

/** More than any search takes, so that a mistake in the model ends before the machine's memory does. */
const MEGABYTES = 2_000
/** No way through the model is longer. A longer one would make the search incomplete, which is seen. */
const DEPTH = 10_000

/** Why models cannot be checked on this machine, or false. */
export function unableToCheck(): string | false {
  for (const [command, version] of [
    ['spin', '-V'],
    ['cc', '--version'],
  ] as const) {
    try {
      execFileSync(command, [version], { stdio: 'ignore' })
    } catch {
      return `there is no ${command} on this machine`
    }
  }
  return false
}

/**
 * Visits every state of the model, until a property does not hold.
 *
 * @param optimise worth its compiler's time where millions of states are visited
 */
export async function search(definitions: Definitions, { optimise = true } = {}): Promise<Search> {
  const folder = await mkdtemp(path.join(tmpdir(), 'antipode-protocol-'))
  try {
    const flags = Object.entries(definitions).map(([name, value]) => `-D${name}${value === true ? '' : `=${value}`}`)
    const inside = { cwd: folder, maxBuffer: 1 << 26 }
    await run('spin', ['-a', ...flags, MODEL], inside)
    await run(
      'cc',
      [optimise ? '-O2' : '-O0', '-w', '-DSAFETY', `-DMEMLIM=${MEGABYTES}`, '-DVECTORSZ=2048', '-o', 'pan', 'pan.c'],
      inside,
    )
    // Where nobody can go on the model itself judges, so that used up bounds are no deadlock: -E.
    const { stdout } = await run(path.join(folder, 'pan'), ['-E', '-n', `-m${DEPTH}`, '-w22'], inside)
    const errors = Number(/errors: (\d+)/.exec(stdout)?.[1])
    return {
      complete: errors === 0 && !/Search not completed|max search depth too small/.test(stdout),
      states: Number(/(\d+) states, stored/.exec(stdout)?.[1]),
      violation: /assertion violated (.*) \(at depth/.exec(stdout)?.[1] ?? null,
      trail: /wrote .*\.trail/.test(stdout),
      output: stdout,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
