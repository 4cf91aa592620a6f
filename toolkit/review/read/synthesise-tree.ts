import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { SynthesisRefusal } from '../review-input.ts'
import type { Commit, Snapshot } from '../snapshot.ts'
import { describeTopology, readSynthesis } from './read-synthesis.ts'

const run = promisify(execFile)
const LONGEST_SAID = 2_000

export interface Tree {
  readonly folder: string
  /** What the reader calls it. */
  readonly label: string
  readonly commit: Commit | null
}

export interface Synthesiser {
  /** Ours, for repositories that only describe: `stacks/main`. */
  readonly program: string
  /** Of the topology, relative to the repository; null: the app that `cdktf.json` names knows. */
  readonly topologyFile: string | null
  readonly signal?: AbortSignal
}

/** What came of a synthesis: stacks, or why there are none. */
export type Synthesised =
  | { readonly snapshot: Snapshot; readonly refusal?: undefined }
  | { readonly refusal: SynthesisRefusal; readonly snapshot?: undefined }

/**
 * Synthesises what a folder of files describes.
 *
 * @param outdir where the stacks go
 */
export async function synthesiseTree(tree: Tree, outdir: string, synthesiser: Synthesiser): Promise<Synthesised> {
  await mkdir(outdir, { recursive: true })
  const refusalFile = join(outdir, 'refusal')
  const env = { ...process.env, CDKTF_OUTDIR: outdir, CHECKPOINT_DISABLE: '1', ANTIPODE_REFUSAL: refusalFile }
  // The Node that runs this, wherever an app says `node`.
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`
  const { signal } = synthesiser
  try {
    const [program, ...args] = await commandOf(tree, synthesiser)
    await run(program, args, {
      cwd: tree.folder,
      env: { ...env, PATH: path },
      maxBuffer: 16_777_216,
      ...(signal && { signal }),
    })
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string }
    if (stderr === undefined || signal?.aborted) throw error
    return { refusal: await refusalOf(tree, refusalFile, stderr.trim() || message) }
  }
  return { snapshot: await readSynthesis(outdir, tree.label, tree.commit) }
}

/** The app of the tree itself, so that each side is synthesised by its own code; else ours with the topology's file. */
async function commandOf({ folder }: Tree, { program, topologyFile }: Synthesiser): Promise<[string, ...string[]]> {
  const settings = join(folder, 'cdktf.json')
  const topology = topologyFile === null ? [] : [topologyFile]
  if (existsSync(settings)) {
    const { app } = JSON.parse(await readFile(settings, 'utf8')) as { readonly app?: string }
    if (app) return ['/bin/sh', '-c', `exec ${app} "$@"`, 'app', ...topology]
  }
  return [process.execPath, program, ...topology]
}

/** Why there are no stacks, from what synthesis said and wrote. */
export async function refusalOf(
  { folder, label, commit }: Tree,
  file: string,
  said: string,
): Promise<SynthesisRefusal> {
  // Where the tree was checked out to is no part of what is wrong, and differs from time to time.
  const text = said.replaceAll(folder, '.').slice(0, LONGEST_SAID)
  const none = { label, commit, text, problems: [], topology: undefined }
  if (!existsSync(file)) return none
  const { details = {} } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly details?: { readonly found?: SynthesisRefusal['problems']; readonly topology?: unknown }
  }
  const problems = (details.found ?? []).map(({ path, text: what }) => ({ path, text: what.replaceAll(folder, '.') }))
  return {
    ...none,
    problems,
    topology: details.topology ? describeTopology(JSON.stringify(details.topology)) : undefined,
  }
}
