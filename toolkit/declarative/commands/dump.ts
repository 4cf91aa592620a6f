import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { stringify } from 'yaml'
import { fileOf } from '../../../runtime/model/adc/index.ts'
import type { CommandContext } from '../../command.ts'
import { withinFormat } from '../compare/within-format.ts'
import { errorRecord, nameOf } from '../report.ts'
import type { Session } from '../session.ts'

/** Writes what every control plane holds as a file of the format: one file, or one for each region. */
export async function dump(session: Session, context: CommandContext, output: string, withId: boolean): Promise<void> {
  const outcomes = await session.eachOpen(({ fetch }) => fetch())
  const regions: object[] = []
  for (const outcome of outcomes) {
    const { name, server } = outcome.region
    if (outcome.error) {
      context.say(`${name}  ${outcome.error.message}`)
      regions.push(errorRecord(outcome))
      continue
    }
    const left: string[] = []
    const resources = outcome.result.map((resource) => {
      const { value, unknown } = withinFormat(resource)
      if (unknown.length > 0) left.push(`${nameOf(resource)}: ${unknown.join(', ')}`)
      return { ...resource, value }
    })
    const file = session.regions.length === 1 ? output : fileFor(output, name)
    const text = `${stringify(fileOf(resources, withId), { aliasDuplicateObjects: false })}`
    await writeFile(resolve(context.cwd, file), text, { mode: 0o600 })
    context.say(`${name}  ${resources.length} resources in ${file}`)
    for (const line of left) context.say(`  the format has no field for ${line}`)
    regions.push({ name, server, file, resources: resources.length, leftOut: left })
  }
  context.result({ regions })
  if (outcomes.some(({ error }) => error)) process.exitCode = 1
}

/** `adc.yaml` → `adc.us-east-1.yaml` */
function fileFor(output: string, region: string): string {
  const extension = extname(output)
  return `${output.slice(0, output.length - extension.length)}.${region.replaceAll(/[^\w.-]/g, '-')}${extension}`
}
