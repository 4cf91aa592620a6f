import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { stringify } from 'yaml'
import { type AdcProblem, invalidFiles } from '../../../runtime/model/adc/index.ts'
import type { CommandContext } from '../../command.ts'
import { readSources } from '../local-files.ts'
import { convertOpenApi } from '../openapi/convert.ts'
import { type OpenApiDocument, readOpenApi } from '../openapi/document.ts'

/**
 * Writes the services of OpenAPI documents as one file of the format.
 * @throws AntipodeError USAGE when there is no such file, DECLARATIVE_INVALID with every problem
 */
export async function convertOpenApiFiles(
  patterns: readonly string[],
  context: CommandContext,
  output: string,
): Promise<void> {
  const documents: OpenApiDocument[] = []
  const problems: AdcProblem[] = []
  for (const { name, text } of await readSources(patterns, context.cwd)) {
    const read = readOpenApi(name, text)
    if ('paths' in read) documents.push(read)
    else problems.push(...read)
  }
  if (problems.length > 0) throw invalidFiles(problems)
  const services = documents.flatMap(convertOpenApi)
  await writeFile(resolve(context.cwd, output), stringify({ services }, { aliasDuplicateObjects: false }))
  const routes = services.reduce((count, { routes }) => count + (routes as readonly unknown[]).length, 0)
  context.say(`${services.length} services with ${routes} routes in ${output}`)
  context.result({ file: output, services: services.length, routes })
}
