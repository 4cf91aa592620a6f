import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AntipodeError, formatProblems } from '../topology/index.ts'
import type { Configuration } from './configuration-stack.ts'

const MODULE = /^\.m?[jt]s$/

/**
 * Loads what the gateways of a topology serve: the export `configuration` of the file that describes it.
 *
 * @param file path, relative to the working directory
 * @returns undefined where the file exports none, or is a document, which cannot
 * @throws AntipodeError TOPOLOGY_INVALID where the export is no function
 */
export async function loadConfiguration(file: string): Promise<Configuration | undefined> {
  if (!MODULE.test(extname(file).toLowerCase())) return undefined
  const { configuration } = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>
  if (configuration === undefined || typeof configuration === 'function') return configuration as Configuration
  const found = [{ path: 'configuration', text: 'is no function; write: export function configuration(stack) { … }' }]
  throw new AntipodeError('TOPOLOGY_INVALID', { name: file, problems: formatProblems(found), found })
}
