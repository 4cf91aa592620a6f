import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SynthesisRefusal } from '../review-input.ts'
import type { Commit, TopologySource } from '../snapshot.ts'
import { readJson } from './read-json.ts'
import { describeTopology, readSynthesis } from './read-synthesis.ts'
import { refuse } from './refuse.ts'
import type { Synthesised } from './synthesise-tree.ts'

/** Beside the stacks: what else a review needs of a side, as data, so that who reviews runs none of its code. */
const COLLECTED = 'review.json'

interface Collected {
  readonly format: 1
  readonly label: string
  readonly commit: Commit | null
  readonly source: TopologySource | null
  /** Null where there are stacks. */
  readonly refusal: {
    readonly text: string
    readonly problems: SynthesisRefusal['problems']
    readonly topology: unknown
  } | null
}

/** What a folder holds of a side. */
export interface CollectedSide {
  readonly synthesised: Synthesised
  readonly source: TopologySource | null
}

/** Writes what came of a synthesis, stacks or not, for a review somewhere else. */
export async function writeCollected(
  folder: string,
  { snapshot, refusal }: Synthesised,
  source: TopologySource | null,
): Promise<void> {
  const { label, commit } = snapshot ?? refusal
  const told = refusal && {
    text: refusal.text,
    problems: refusal.problems,
    topology: refusal.topology?.topology ?? null,
  }
  const collected: Collected = { format: 1, label, commit, source, refusal: told ?? null }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, COLLECTED), `${JSON.stringify(collected)}\n`)
}

/** Reads a folder that was synthesised into, or collected. @throws AntipodeError REVIEW_INPUT_REFUSED */
export async function readFolder(folder: string, name: string): Promise<CollectedSide> {
  const file = join(folder, COLLECTED)
  if (!existsSync(file)) return { synthesised: { snapshot: await readSynthesis(folder, name, null) }, source: null }
  const read = readJson(file, await readFile(file, 'utf8')) as Partial<Collected>
  const { format, label, commit = null, source = null, refusal = null } = read
  if (format !== 1 || typeof label !== 'string') throw refuse(file, 'is of no format that this version reads')
  if (!refusal) return { synthesised: { snapshot: await readSynthesis(folder, label, commit) }, source }
  const topology = refusal.topology ? describeTopology(JSON.stringify(refusal.topology)) : undefined
  return {
    synthesised: { refusal: { label, commit, text: refusal.text, problems: refusal.problems, topology } },
    source,
  }
}

/** Whether a folder is one that this reads. */
export function isCollected(folder: string): boolean {
  return existsSync(join(folder, 'manifest.json')) || existsSync(join(folder, COLLECTED))
}
