import { mkdir } from 'node:fs/promises'
import { writeCollected } from './read/collected.ts'
import { Repository } from './read/git.ts'
import { filesOf, sourceOf } from './read/sides.ts'
import { synthesiseTree } from './read/synthesise-tree.ts'

export interface CollectRequest {
  readonly cwd: string
  readonly output: string
  readonly label: string | null
  readonly topologyFile: string | null
  readonly program: string
  readonly signal: AbortSignal
}

/**
 * Synthesises the working tree into a folder, for a review elsewhere that runs none of its code: what a pipeline of a
 * fork may do, which has no rights. A tree that does not synthesise is collected with what it said.
 *
 * @returns how many stacks there are, or null where it does not synthesise
 */
export async function collect(
  request: CollectRequest,
): Promise<{ readonly stacks: number | null; readonly said: string }> {
  const { cwd, output, program, signal } = request
  const repository = await Repository.at(cwd)
  const topologyFile = request.topologyFile === null ? null : await repository.pathOf(cwd, request.topologyFile)
  const commit = await repository.commit('HEAD')
  await mkdir(output, { recursive: true })
  const tree = { folder: repository.root, label: request.label ?? commit.id.slice(0, 9), commit }
  const synthesised = await synthesiseTree(tree, output, { program, topologyFile, signal })
  const names = [...(synthesised.snapshot?.topologies.keys() ?? [])]
  const files = filesOf(repository.root)
  await writeCollected(output, synthesised, await sourceOf(cwd, files, topologyFile, names))
  const { snapshot, refusal } = synthesised
  return { stacks: snapshot ? snapshot.stacks.size : null, said: refusal?.text ?? '' }
}
