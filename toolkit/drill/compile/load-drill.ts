import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, relative, resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { loadTopology, type Topology, topologyHash } from '../../../topology/index.ts'
import { formatSpecProblems, type ProblemList } from '../spec/problem-list.ts'
import { readSpec } from '../spec/read-spec.ts'
import { type CompiledDrill, compileDrill } from './compile-drill.ts'

export interface LoadedDrill {
  readonly drill: CompiledDrill
  /** Path of the topology's file. */
  readonly topologyFile: string
}

/**
 * Reads a drill's file, loads its topology and compiles one against the other.
 *
 * @param topologyFile instead of the topology that the drill names
 * @throws AntipodeError DRILL_INVALID (exit 2) with every problem, its line, the value received and what to change;
 *   TOPOLOGY_INVALID (exit 2) when the topology itself is at fault
 */
export async function loadDrill(file: string, topologyFile?: string): Promise<LoadedDrill> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new AntipodeError('DRILL_INVALID', { file, problems: `cannot be read: ${(error as Error).message}` })
  }
  return loadDrillText(text, file, topologyFile)
}

export async function loadDrillText(text: string, file: string, topologyFile?: string): Promise<LoadedDrill> {
  const { spec, problems } = readSpec(text)
  const path = topologyFile ?? topologyPath(file, spec.topology)
  const topology = path === undefined ? undefined : await topologyOf(path, spec.topology, problems)
  if (path === undefined && spec.topology !== '') {
    problems.add(
      ['topology'],
      spec.topology,
      "is a name; give its file, from this drill's folder, or add --topology <file>",
    )
  }
  if (topology === undefined || path === undefined) throw invalid(file, problems)
  if (
    topologyFile !== undefined &&
    extname(spec.topology) === '' &&
    spec.topology !== topology.name &&
    spec.topology !== ''
  ) {
    problems.add(['topology'], spec.topology, `is not the topology of ${topologyFile}, which is ${topology.name}`)
  }
  const drill = compileDrill(spec, topology, topologyHash(topology), problems)
  if (problems.problems.length > 0) throw invalid(file, problems)
  return { drill, topologyFile: path }
}

function topologyPath(file: string, topology: string): string | undefined {
  return extname(topology) === '' ? undefined : relative('', resolve(dirname(file), topology))
}

async function topologyOf(path: string, written: string, problems: ProblemList): Promise<Topology | undefined> {
  try {
    return await loadTopology(path)
  } catch (error) {
    // With a sound drill the topology's own problems are the whole story; otherwise they join the list.
    if (!(error instanceof AntipodeError)) throw error
    if (problems.problems.length === 0) throw error
    problems.add(['topology'], written, error.message)
    return undefined
  }
}

function invalid(file: string, problems: ProblemList): AntipodeError {
  return new AntipodeError('DRILL_INVALID', {
    file: basename(file),
    problems: formatSpecProblems(problems.problems),
    list: problems.problems,
  })
}
