import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TopologySource } from '../snapshot.ts'
import { isCollected, readFolder } from './collected.ts'
import { type Checkout, Repository } from './git.ts'
import { type Synthesised, type Synthesiser, synthesiseTree } from './synthesise-tree.ts'

/** One side of a pull request, with the files that it was made from, where they are known. */
export interface Side {
  readonly synthesised: Synthesised
  /** Where its stacks are written. */
  readonly outdir: string
  /** Null for a folder that somebody else synthesised into. */
  readonly files: SideFiles | null
  /** What a folder brings along itself. */
  readonly source?: TopologySource | null
}

/** Files of a commit, or of the working tree. */
export interface SideFiles {
  readonly root: string
  read(path: string): Promise<string | undefined>
  /** Paths and contents below a folder. */
  list(folder: string): Promise<ReadonlyMap<string, string>>
}

export interface SideRequest {
  /** A folder with a manifest, a git ref, or null for the working tree. */
  readonly named: string | null
  readonly cwd: string
  /** Where its stacks may be written. */
  readonly outdir: string
  readonly synthesiser: Synthesiser
  /** For `main`: the commit at which the head parted from it. */
  readonly commonWith?: string | null
}

/**
 * Reads or synthesises one side.
 *
 * @param keep called with every checkout, which is removed when the review is over
 * @throws AntipodeError REVIEW_INPUT_REFUSED
 */
export async function readSide(request: SideRequest, keep: (checkout: Checkout) => void): Promise<Side> {
  const { named, cwd, outdir, synthesiser, commonWith } = request
  const folder = named === null ? undefined : resolve(cwd, named)
  if (folder && (isCollected(folder) || /[/\\]$|^\.{1,2}[/\\]/.test(named ?? ''))) {
    const { synthesised, source } = await readFolder(folder, named ?? folder)
    return { synthesised, source, outdir: folder, files: null }
  }
  const repository = await Repository.at(cwd)
  if (named === null) {
    const tree = { folder: repository.root, label: 'working tree', commit: null }
    return { synthesised: await synthesiseTree(tree, outdir, synthesiser), outdir, files: filesOf(repository.root) }
  }
  const ref = commonWith ? await repository.mergeBase(named, commonWith) : named
  // Asked for by name first, so that a message names what was asked for.
  await repository.commit(named)
  const checkout = await repository.checkOut(ref, synthesiser.topologyFile)
  keep(checkout)
  const tree = { folder: checkout.folder, label: named, commit: checkout.commit }
  const files = filesOf(checkout.folder)
  const synthesised = await synthesiseTree(tree, outdir, synthesiser)
  if (!synthesised.refusal || synthesised.refusal.problems.length > 0) return { synthesised, outdir, files }
  // It may miss what was left out.
  await checkout.complete()
  return { synthesised: await synthesiseTree(tree, outdir, synthesiser), outdir, files }
}

export function filesOf(root: string): SideFiles {
  return {
    root,
    read: (path) => readFile(join(root, path), 'utf8').catch(() => undefined),
    list: async (folder) => {
      const names = existsSync(join(root, folder)) ? (await readdir(join(root, folder))).sort() : []
      const read = names.map(
        async (name) => [name, await readFile(join(root, folder, name), 'utf8').catch(() => '')] as const,
      )
      return new Map(await Promise.all(read))
    },
  }
}

/** The file that describes a topology: the one that was named, else the one that says its name and its regions. */
export async function sourceOf(
  cwd: string,
  files: SideFiles | null,
  topologyFile: string | null,
  names: readonly string[],
): Promise<TopologySource | null> {
  if (topologyFile !== null) {
    const text = files
      ? await files.read(topologyFile)
      : await readFile(resolve(cwd, topologyFile), 'utf8').catch(() => undefined)
    return text === undefined ? null : { file: topologyFile, text }
  }
  const [name] = names
  if (!files || !name || names.length > 1) return null
  const repository = await Repository.at(files.root).catch(() => undefined)
  const found = await repository?.grep('HEAD', `name: *['"]?${name}['"]?`, '*.ts', '*.js', '*.yaml', '*.yml')
  for (const file of (found ?? []).filter((it) => !/(^|\/)(tests?|docs|node_modules)\//.test(it))) {
    const text = await files.read(file)
    if (text && /\bregions:/.test(text) && /\bobjectives:/.test(text)) return { file, text }
  }
  return null
}
