import type { AdcResource } from '../../../runtime/model/adc/index.ts'
import type { CommandContext } from '../../command.ts'
import { type CarriedOut, carryOut } from '../carry-out.ts'
import { changeLines, changeRecord, countOf, errorRecord, nameOf } from '../report.ts'
import type { Session } from '../session.ts'

/** Makes every control plane equal to the files, and tells what was done in each, also where it could not be finished. */
export async function sync(
  session: Session,
  local: readonly AdcResource[],
  context: CommandContext,
  concurrency: number,
): Promise<void> {
  const outcomes = await session.eachOpen(async ({ client, backend, compare }) =>
    carryOut(client, backend, await compare(local), concurrency, context.signal),
  )
  const regions = outcomes.map((outcome) => {
    const { name, server } = outcome.region
    if (outcome.error) {
      context.say(`${name}  ${outcome.error.message}`)
      return errorRecord(outcome)
    }
    context.say(describe(name, outcome.result))
    const { done, failed, left } = outcome.result
    return {
      ...{ name, server, finished: isFinished(outcome.result), ...countOf(done), done: done.map(changeRecord) },
      failed: failed.map(({ change, error }) => ({ ...changeRecord(change), error: error.message })),
      left: left.map(changeRecord),
    }
  })
  const finished = outcomes.every(({ result }) => result && isFinished(result))
  context.result({ finished, regions })
  if (!finished) process.exitCode = 1
}

function isFinished({ failed, left }: CarriedOut): boolean {
  return failed.length === 0 && left.length === 0
}

function describe(name: string, outcome: CarriedOut): string {
  const { done, failed, left } = outcome
  const count = countOf(done)
  const counts = `${count.create} created, ${count.update} updated, ${count.delete} deleted`
  if (isFinished(outcome)) {
    return [`${name}  ${done.length === 0 ? 'was equal to the files' : counts}`, ...done.flatMap(changeLines)].join(
      '\n',
    )
  }
  return [
    `${name}  not finished: ${counts}, ${failed.length} failed, ${left.length} left`,
    ...done.flatMap(changeLines),
    ...failed.map(({ change, error }) => `  ✘ ${change.operation} ${nameOf(change)}: ${error.message}`),
    ...left.map((change) => `  … ${change.operation} ${nameOf(change)}: not attempted`),
  ].join('\n')
}
