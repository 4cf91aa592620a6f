import { AntipodeError } from '../errors.ts'
import { checkFormat } from './check.ts'
import { normalise } from './normalise.ts'
import { type AdcResource, resourceKey, resourcesOf } from './resources.ts'
import { checkRules } from './rules.ts'
import { type AdcConfiguration, adcFile } from './schema.ts'
import { type AdcProblem, pathText, SourceFile } from './source-file.ts'
import { type MissingVariable, replaceAdcVariables } from './variables.ts'

export interface AdcSource {
  /** As errors name it. */
  readonly name: string
  readonly text: string
}

export interface AdcLoadOptions {
  /** Where `${NAME}` is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Reads one or several ADC files as one configuration.
 * @returns every resource with its id and ADC's defaults filled in
 * @throws AntipodeError DECLARATIVE_INVALID with every problem of every file: `details.problems` is an AdcProblem[]
 */
export function loadAdcFiles(sources: readonly AdcSource[], { env }: AdcLoadOptions): AdcResource[] {
  const problems: AdcProblem[] = []
  const files: { source: SourceFile; resources: readonly AdcResource[] }[] = []
  for (const { name, text } of sources) {
    const source = new SourceFile(name, text)
    problems.push(...source.problems)
    if (source.problems.length > 0) continue
    const configuration = readFile(source, env, problems)
    if (configuration) files.push({ source, resources: resourcesOf(configuration) })
  }
  problems.push(...findDuplicates(files))
  if (problems.length > 0) throw invalidFiles(problems)
  return files.flatMap(({ resources }) => resources)
}

/** An error that lists problems, each with its file, line and path. */
export function invalidFiles(problems: readonly AdcProblem[]): AntipodeError {
  const lines = problems.map(({ file, line, path, text }) => `  ${file}:${line}${path ? `  ${path}` : ''}  ${text}`)
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return new AntipodeError('DECLARATIVE_INVALID', { count, list: `\n${lines.join('\n')}`, problems })
}

function readFile(
  source: SourceFile,
  env: AdcLoadOptions['env'],
  problems: AdcProblem[],
): AdcConfiguration | undefined {
  const missing: MissingVariable[] = []
  const value = normalise(adcFile, replaceAdcVariables(source.value, env, missing))
  for (const { path, name } of missing) {
    const text = `needs the variable ${name}, which is not set; \\\${${name}} keeps the text as it is`
    problems.push(source.problem(path, text))
  }
  const mistakes = checkFormat(value)
  if (mistakes.length === 0) mistakes.push(...checkRules(value as AdcConfiguration))
  problems.push(...mistakes.map(({ path, text }) => source.problem(path, text)))
  return mistakes.length === 0 && missing.length === 0 ? (value as AdcConfiguration) : undefined
}

/** Two resources of one name or one id, within a file or across files: both places are named. */
function findDuplicates(files: readonly { source: SourceFile; resources: readonly AdcResource[] }[]): AdcProblem[] {
  const problems: AdcProblem[] = []
  const seen = new Map<string, { source: SourceFile; resource: AdcResource }>()
  for (const { source, resources } of files) {
    for (const resource of resources) {
      const { type, name, parentId, id, path = [] } = resource
      const words = type.replaceAll('_', ' ')
      const nested = type === 'consumer' || parentId === undefined ? '' : ` ${parentId}`
      const marks = [
        [`name ${type}${nested} ${name}`, `${words} ${JSON.stringify(name)}`],
        [`id ${resourceKey(resource)}`, `id ${JSON.stringify(id)} of a ${words}`],
      ] as const
      for (const [mark, what] of marks) {
        const first = seen.get(mark)
        if (!first) {
          seen.set(mark, { source, resource })
          continue
        }
        const place = first.resource.path ?? []
        const where = `${first.source.name}:${first.source.lineOf(place)} (${pathText(place)})`
        problems.push(source.problem(path, `repeats the ${what}, which stands in ${where} already`))
        break
      }
    }
  }
  return problems
}
