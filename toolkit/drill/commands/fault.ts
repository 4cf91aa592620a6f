import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type Duration, parseDuration } from '../../../topology/index.ts'
import type { CommandContext } from '../../command.ts'
import { connectLocal } from '../../local/local-client.ts'
import type { FaultFlags } from '../commands.ts'
import type { FaultPlan } from '../faults/fault-interface.ts'
import { FAULTS } from '../faults/index.ts'
import { FaultCarrier, journalOf } from '../run/fault-carrier.ts'

/** `fault <name> …`: one fault, held by the supervisor until it is healed or its lease expires. */
export async function faultCommand(
  name: string,
  targets: readonly string[],
  flags: FaultFlags,
  context: CommandContext,
): Promise<void> {
  const lease = readLease(flags.lease)
  const local = connectLocal({ cwd: context.cwd, dataDir: flags.dataDir })
  const { regions, dataDir, prepared } = await local.describe()
  const plan = readPlan(
    name,
    targets,
    flags.parts,
    regions.map((region) => region.name),
  )
  const missing = (FAULTS[name]!.needs?.(plan) ?? []).filter((preparation) => !prepared.includes(preparation))
  if (missing.length > 0) {
    throw new AntipodeError('USAGE', { reason: `fault ${name} needs \`antipode up … --prepare ${missing.join()}\`` })
  }
  const id = await new FaultCarrier(local, journalOf(dataDir)).inject(plan, lease.seconds, false)
  const what = FAULTS[name]!.describe(plan)
  context.say(`${what}\nheals by itself in ${lease}; before that: antipode fault heal`)
  context.result({ fault: id, what, plan, leaseSeconds: lease.seconds })
}

/** `fault heal`: 0 when everything is undone, 1 when something could not be. */
export async function healCommand(dataDir: string | undefined, context: CommandContext): Promise<number> {
  const local = connectLocal({ cwd: context.cwd, dataDir })
  const journal = journalOf((await local.describe()).dataDir)
  const undone = await new FaultCarrier(local, journal).undoAll('command `fault heal`')
  for (const { what, failure } of undone)
    context.say(failure === null ? `undone: ${what}` : `not undone: ${what}: ${failure}`)
  if (undone.length === 0) context.say('no fault to undo')
  context.result({ undone })
  return undone.every(({ failure }) => failure === null) ? 0 : 1
}

function readPlan(
  name: string,
  targets: readonly string[],
  parts: string | undefined,
  regions: readonly string[],
): FaultPlan {
  const fault = FAULTS[name]!
  const entry = fault.entryOf(targets, parts)
  if (entry === undefined) throw new AntipodeError('USAGE', { reason: `write: antipode fault ${name} ${fault.usage}` })
  const problems: string[] = []
  const plan = fault.read(entry, regions, (field, received, change) => {
    problems.push(`${field}${received === undefined ? '' : ` ${JSON.stringify(received)}`}: ${change}`)
  })
  if (plan === undefined) throw new AntipodeError('USAGE', { reason: `fault ${name}: ${problems.join('; ')}` })
  return plan
}

function readLease(text: string): Duration {
  try {
    const lease = parseDuration(text)
    if (lease.seconds >= 1) return lease
  } catch {
    // Told below, with what is wanted.
  }
  throw new AntipodeError('USAGE', { reason: `--lease is a length of time of at least 1s, such as 10m, not '${text}'` })
}
