import type { AdcResource } from '../../../runtime/model/adc/index.ts'
import type { CommandContext } from '../../command.ts'
import { errorRecord, nameOf } from '../report.ts'
import type { Session } from '../session.ts'

/** Has every control plane judge the files, plugins included, without changing anything. */
export async function validate(
  session: Session,
  local: readonly AdcResource[],
  context: CommandContext,
): Promise<void> {
  const outcomes = await session.eachOpen(({ backend }) => backend.validate(local.filter(session.includes)))
  const regions = outcomes.map((outcome) => {
    const { name, server } = outcome.region
    if (outcome.error) {
      context.say(`${name}  ${outcome.error.message}`)
      return errorRecord(outcome)
    }
    const mistakes = outcome.result
    if (!mistakes) {
      context.say(`${name}  cannot tell: its release has no validation`)
      return { name, server, supported: false }
    }
    const lines = mistakes.map(({ resource, text }) => `  ${resource ? `${nameOf(resource)}: ` : ''}${text}`)
    context.say([`${name}  ${mistakes.length === 0 ? 'valid' : `${mistakes.length} mistakes`}`, ...lines].join('\n'))
    const errors = mistakes.map(({ resource, text }) => ({
      ...(resource ? { type: resource.type, id: resource.id, name: resource.name } : {}),
      error: text,
    }))
    return { name, server, supported: true, valid: mistakes.length === 0, errors }
  })
  context.result({ regions })
  if (outcomes.some(({ error, result }) => error || !result || result.length > 0)) process.exitCode = 1
}
