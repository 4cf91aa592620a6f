import type { CommandContext } from '../../command.ts'
import { errorRecord } from '../report.ts'
import type { Session } from '../session.ts'

/** Asks every control plane for a sign of life, with the key. */
export async function ping(session: Session, context: CommandContext): Promise<void> {
  const outcomes = await session.each((client) => session.backend.ping(client))
  for (const { region, error } of outcomes) {
    context.say(`${region.name}  ${error ? error.message : `answers as ${session.backend.name}`}`)
  }
  const regions = outcomes.map((outcome) =>
    outcome.error ? errorRecord(outcome) : { name: outcome.region.name, server: outcome.region.server },
  )
  context.result({ backend: session.backend.name, regions })
  if (outcomes.some(({ error }) => error)) process.exitCode = 1
}
