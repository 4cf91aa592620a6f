import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { stringify } from 'yaml'
import type { AdcResource } from '../../../runtime/model/adc/index.ts'
import type { CommandContext } from '../../command.ts'
import { changeLines, changeRecord, countOf, errorRecord } from '../report.ts'
import type { Session } from '../session.ts'

/**
 * What differs between the files and every control plane, resource by resource. As with ADC, a difference is no
 * failure; a region that could not be asked is one.
 */
export async function diff(
  session: Session,
  local: readonly AdcResource[],
  context: CommandContext,
  output: string | undefined,
): Promise<void> {
  const outcomes = await session.eachOpen(({ compare }) => compare(local))
  const regions = outcomes.map((outcome) => {
    const { name, server } = outcome.region
    if (outcome.error) {
      context.say(`${name}  ${outcome.error.message}`)
      return errorRecord(outcome)
    }
    const count = countOf(outcome.result)
    const equal = outcome.result.length === 0
    const summary = `${count.create} to create, ${count.update} to update, ${count.delete} to delete`
    context.say(
      [`${name}  ${equal ? 'equal to the files' : summary}`, ...outcome.result.flatMap(changeLines)].join('\n'),
    )
    return { name, server, equal, ...count, changes: outcome.result.map(changeRecord) }
  })
  const equal = outcomes.every(({ result }) => result?.length === 0)
  if (output !== undefined) await writeFile(resolve(context.cwd, output), stringify({ regions }))
  context.result({ equal, regions })
  if (outcomes.some(({ error }) => error)) process.exitCode = 1
}
