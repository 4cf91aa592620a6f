import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { examineTopology, topologyHash } from '../../../topology/index.ts'
import {
  type Commit,
  type DescribedTopology,
  GLOBAL,
  type ReviewedStack,
  type Snapshot,
  type StackDocument,
  type Values,
} from '../snapshot.ts'
import { readJson } from './read-json.ts'
import { refuse } from './refuse.ts'

interface Manifest {
  readonly stacks?: Readonly<
    Record<string, { readonly synthesizedStackPath?: string; readonly dependencies?: readonly string[] }>
  >
}

/**
 * Reads what CDKTF wrote into a folder.
 *
 * @throws AntipodeError REVIEW_INPUT_REFUSED
 */
export async function readSynthesis(folder: string, label: string, commit: Commit | null): Promise<Snapshot> {
  const file = join(folder, 'manifest.json')
  if (!existsSync(file)) throw refuse(folder, 'holds no manifest.json; it is no folder that CDKTF synthesised into')
  const { stacks } = readJson(file, await readFile(file, 'utf8')) as Manifest
  if (!stacks) throw refuse(file, 'names no stacks')
  const read = Object.entries(stacks).map(async ([name, { synthesizedStackPath: path, dependencies = [] }]) => {
    const at = join(folder, path ?? join('stacks', name, 'cdk.tf.json'))
    if (!existsSync(at)) throw refuse(at, `is missing, though manifest.json names the stack ${name}`)
    // A manifest may be of somebody who would like another file of this machine shown.
    if (relative(await realpath(folder), await realpath(at)).startsWith('..'))
      throw refuse(at, 'is outside of the folder')
    const document = readJson(at, await readFile(at, 'utf8')) as StackDocument
    return { name, document, after: dependencies.map((it) => it.slice(it.lastIndexOf('/') + 1)) }
  })
  return snapshotOf(await Promise.all(read), label, commit)
}

/** A side of a pull request from documents that are read already. */
export function snapshotOf(
  documents: readonly { readonly name: string; readonly document: StackDocument; readonly after: readonly string[] }[],
  label: string,
  commit: Commit | null,
): Snapshot {
  const stacks = documents.map(({ name, document, after }) => describeStack(name, document, after)).sort(byName)
  const topologies = stacks.flatMap(({ document }) => {
    const described = topologyIn(document.output)
    return described ? [[described.topology.name, described] as const] : []
  })
  return { label, commit, stacks: new Map(stacks.map((stack) => [stack.name, stack])), topologies: new Map(topologies) }
}

function byName({ name: a }: ReviewedStack, { name: b }: ReviewedStack): number {
  return a < b ? -1 : 1
}

/** What the tags that every stack of a topology gives its resources say of it. */
function describeStack(name: string, document: StackDocument, after: readonly string[]): ReviewedStack {
  const [provider] = document.provider?.aws ?? []
  const home = typeof provider?.region === 'string' ? provider.region : GLOBAL
  return { name, home, ...placeOf(name, home, tagsOf(provider)), document, after }
}

function tagsOf(provider: Values | undefined): Values {
  const [block] = [provider?.default_tags].flat() as readonly (Values | undefined)[]
  return (block?.tags ?? {}) as Values
}

/** A stack's place, by its name, its provider's region and the tags of its resources. */
export function placeOf(
  name: string,
  home: string,
  tags: Values,
): Pick<ReviewedStack, 'region' | 'layer' | 'topology'> {
  const topology = typeof tags.Topology === 'string' ? tags.Topology : null
  if (topology === null) return { region: home, layer: name, topology }
  const regional = name.startsWith(`${topology}-${home}-`)
  return { region: regional ? home : GLOBAL, layer: typeof tags.Role === 'string' ? tags.Role : name, topology }
}

/** The topology that a stack puts out, read and checked again. */
export function topologyIn(outputs: StackDocument['output']): DescribedTopology | undefined {
  const value = outputs?.topology?.value
  if (typeof value !== 'string') return undefined
  // In a document templates are escaped; in a plan Terraform has read them.
  return describeTopology(value.replaceAll(/([$%])\1(?=\{)/g, '$1'))
}

/** @param json a topology as JSON */
export function describeTopology(json: string): DescribedTopology | undefined {
  let description: unknown
  try {
    description = JSON.parse(json)
  } catch {
    return undefined
  }
  const { topology, problems } = examineTopology(description)
  return topology && { topology, hash: topologyHash(topology), problems }
}
