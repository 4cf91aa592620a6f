import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { AntipodeError } from '../runtime/model/errors.ts'

/** As context for `stacks/main`: see IMAGE_HASH_CONTEXT of RuntimeImage. */
export const WITHOUT_IMAGE = JSON.stringify({ 'antipode:image-hash': 'none' })

export interface Synthesis {
  /** The program that synthesises: `stacks/main`. */
  readonly program: string
  /** @default every example */
  readonly topologyFile?: string
  /** Where the stacks go. */
  readonly directory: string
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Nothing is deployed from these stacks, so no runtime is bundled for the hash of its image. @default false */
  readonly withoutImage?: boolean
  /** Yields to everything else on the machine, because that is being measured. @default false */
  readonly inBackground?: boolean
}

/** A synthesised stack's `cdk.tf.json`, as far as commands read it. */
export interface StackDocument {
  readonly provider?: Readonly<Record<string, readonly { readonly region?: string }[]>>
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>
}

/**
 * Writes the stacks of a topology. In a process of its own, since CDKTF keeps global state.
 *
 * @returns the warnings of synthesis, for people
 * @throws AntipodeError START_FAILED with the last of what synthesis said
 */
export async function synthesise(synthesis: Synthesis): Promise<string> {
  const { signal } = synthesis
  signal?.throwIfAborted()
  // Bundling the runtime writes files, and whoever is interrupted there can no longer remove them.
  const scratch = await mkdtemp(join(tmpdir(), 'antipode-synthesis-'))
  try {
    const { code, said } = await run(synthesis, scratch)
    signal?.throwIfAborted()
    if (code === 0) return said.trim()
    const reason = said.trim().slice(-2_000) || `it ended with code ${code}`
    throw new AntipodeError('START_FAILED', { what: 'synthesis', reason })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function run(
  { program, topologyFile, directory, env = process.env, signal, withoutImage, inBackground }: Synthesis,
  scratch: string,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [program, ...(topologyFile ? [topologyFile] : [])], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...env,
      ...{ CDKTF_OUTDIR: directory, CHECKPOINT_DISABLE: '1', TMPDIR: scratch },
      ...(withoutImage && { CDKTF_CONTEXT_JSON: WITHOUT_IMAGE }),
    },
    // A group of its own, so that what it started in turn ends with it.
    detached: true,
  })
  const { pid } = child
  const end = () => {
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL')
  }
  signal?.addEventListener('abort', end, { once: true })
  if (inBackground && pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, said }
  } finally {
    signal?.removeEventListener('abort', end)
  }
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
