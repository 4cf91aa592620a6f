import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { AntipodeError } from '../runtime/model/errors.ts'

export interface Synthesis {
  /** The program that synthesises: `stacks/main`. */
  readonly program: string
  /** @default every example */
  readonly topologyFile?: string
  /** Where the stacks go. */
  readonly directory: string
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Yields to everything else on the machine, because that is being measured. @default false */
  readonly inBackground?: boolean
}

/** A synthesised stack's `cdk.tf.json`, as far as commands read it. */
export interface StackDocument {
  readonly provider?: Readonly<Record<string, readonly { readonly region?: string }[]>>
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * Writes the stacks of a topology. In a process of its own, since CDKTF keeps global state.
 *
 * @returns the warnings of synthesis, for people
 * @throws AntipodeError START_FAILED with the last of what synthesis said
 */
export async function synthesise({
  program,
  topologyFile,
  directory,
  env,
  signal,
  inBackground,
}: Synthesis): Promise<string> {
  const child = spawn(process.execPath, [program, ...(topologyFile ? [topologyFile] : [])], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...(env ?? process.env), CDKTF_OUTDIR: directory, CHECKPOINT_DISABLE: '1' },
    ...(signal && { signal }),
  })
  if (inBackground && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  if (code === 0) return said.trim()
  const reason = said.trim().slice(-2_000) || `it ended with code ${code}`
  throw new AntipodeError('START_FAILED', { what: 'synthesis', reason })
}

/** The stacks of the last synthesis into this directory, by name; it may hold others of an earlier one beside them. */
export async function readStackDocuments(directory: string): Promise<ReadonlyMap<string, StackDocument>> {
  const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as {
    readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>
  }
  const read = Object.entries(manifest.stacks)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(async ([name, { synthesizedStackPath }]): Promise<[string, StackDocument]> => {
      return [name, JSON.parse(await readFile(join(directory, synthesizedStackPath), 'utf8')) as StackDocument]
    })
  return new Map(await Promise.all(read))
}
