import { glob, readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import {
  type AdcResource,
  type AdcSource,
  type Labels,
  loadAdcFiles,
  MANAGED_BY_ADC,
  withLabels,
} from '../../runtime/model/adc/index.ts'
import { AntipodeError } from '../../runtime/model/errors.ts'

export interface LocalOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Put on every resource, beside the label that says ADC manages it. */
  readonly selector: Labels
  readonly managedByLabel: boolean
}

/**
 * The resources of files, as they are to be on every control plane.
 * @param patterns paths or globs
 * @throws AntipodeError USAGE when one matches no file, DECLARATIVE_INVALID with every problem
 */
export async function readLocalFiles(patterns: readonly string[], options: LocalOptions): Promise<AdcResource[]> {
  const { cwd, env, selector, managedByLabel } = options
  const sources = await readSources(patterns, cwd)
  return withLabels(loadAdcFiles(sources, { env }), managedByLabel ? MANAGED_BY_ADC : {}, selector)
}

/**
 * @param patterns paths or globs
 * @throws AntipodeError USAGE when one matches no file, or a file cannot be read
 */
export async function readSources(patterns: readonly string[], cwd: string): Promise<AdcSource[]> {
  const files = new Set<string>()
  for (const pattern of patterns) {
    const found: string[] = []
    if (!/[*?[{]/.test(pattern)) found.push(pattern)
    else for await (const file of glob(pattern, { cwd })) found.push(file)
    if (found.length === 0) throw new AntipodeError('USAGE', { reason: `no file matches ${pattern}` })
    for (const file of found.sort()) files.add(resolve(cwd, file))
  }
  return Promise.all(
    [...files].map(async (file) => {
      const name = relative(cwd, file)
      try {
        return { name, text: await readFile(file, 'utf8') }
      } catch (cause) {
        const reason = `${name} cannot be read: ${(cause as Error).message}`
        throw new AntipodeError('USAGE', { reason }, { cause })
      }
    }),
  )
}
