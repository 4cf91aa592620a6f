import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AntipodeError } from '../runtime/model/errors.ts'
import { defineTopology, invalidTopology } from './define-topology.ts'
import type { TopologyDescription } from './description.ts'
import type { Topology } from './topology.ts'

const MODULES = new Set(['.ts', '.mts', '.js', '.mjs'])
const DOCUMENTS = new Set(['.yaml', '.yml', '.json'])

/**
 * Loads a topology: the export `topology` of a TypeScript or JavaScript file, or a YAML or JSON file of the same shape
 * with quantities as text (`10s`, `30%`, `4000/s`).
 *
 * @param file path, relative to the working directory
 * @throws AntipodeError TOPOLOGY_INVALID (exit 2) with every problem and its path
 */
export async function loadTopology(file: string): Promise<Topology> {
  const kind = extname(file).toLowerCase()
  if (MODULES.has(kind)) return defineTopology(await importTopology(file))
  if (DOCUMENTS.has(kind)) return defineTopology(await readDocument(file))
  throw invalid(file, `cannot be read; name a file that ends in ${[...MODULES, ...DOCUMENTS].join(', ')}`)
}

async function importTopology(file: string): Promise<TopologyDescription> {
  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    if (isRefusal(error)) throw new AntipodeError('TOPOLOGY_INVALID', error.details, { cause: error })
    throw invalid(file, firstLine(error), error)
  }
  if (module.topology === undefined) {
    throw invalid(file, 'exports no topology; write: export const topology = defineTopology({ … })')
  }
  return module.topology as TopologyDescription
}

async function readDocument(file: string): Promise<TopologyDescription> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw invalid(file, firstLine(error), error)
  }
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const [error] = document.errors
  if (error) throw invalid(file, firstLine(error), error)
  try {
    return document.toJS() as TopologyDescription
  } catch (cause) {
    throw invalid(file, firstLine(cause), cause)
  }
}

function invalid(file: string, text: string, cause?: unknown): AntipodeError {
  return invalidTopology(basename(file), [{ path: file, text }], { cause })
}

/** What `defineTopology` threw within the file, even if the file imports another copy of this package. */
function isRefusal(error: unknown): error is { readonly details: Record<string, unknown> } {
  return error instanceof Error && 'code' in error && error.code === 'TOPOLOGY_INVALID' && 'details' in error
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
