import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { AntipodeError } from '../../runtime/model/errors.ts'

/** What a command of Docker ended with; both streams hold text. */
export interface DockerRun {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

export interface DockerOptions {
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  /** Hears what Docker says while it works. @default nobody */
  readonly progress?: (line: string) => void
  /** Written to its input. @default nothing */
  readonly input?: string
}

/**
 * Runs `docker`, the command that users have and know: with their contexts, their registries' credentials and their
 * mirrors.
 *
 * @throws AntipodeError DOCKER_UNAVAILABLE when there is no such command, or no engine behind it
 */
export async function docker(args: readonly string[], options: DockerOptions): Promise<DockerRun> {
  const run = await execute('docker', args, options)
  if (run === undefined) throw new AntipodeError('DOCKER_UNAVAILABLE', { reason: 'there is no command docker' })
  // Worded as the command words it in every version since 1.13.
  if (
    !run.ok &&
    /cannot connect to the docker daemon|error during connect|is the docker daemon running/i.test(run.stderr)
  ) {
    throw new AntipodeError('DOCKER_UNAVAILABLE', { reason: `no engine answers: ${lastLine(run.stderr)}` })
  }
  return run
}

/** Runs a program; undefined where there is none of that name. */
export async function execute(
  program: string,
  args: readonly string[],
  { env, signal, progress, input }: DockerOptions,
): Promise<DockerRun | undefined> {
  const child = spawn(program, args, { env, signal, stdio: ['pipe', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text
      for (const line of text.split('\n')) if (line.trim()) progress?.(line)
    })
  }
  // A program that reads no input may be gone before all of it is written.
  child.stdin.on('error', () => undefined).end(input ?? '')
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return { ok: code === 0, ...output }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What went wrong is said last. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() || 'it did not say why'
}
