import { resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Duration } from '../../../topology/index.ts'
import type { CommandContext } from '../../command.ts'
import { carryOut, refusalOf } from '../steps/carry-out.ts'
import { ProcedureJournal } from '../steps/procedure-journal.ts'
import { type AwsPlan, type ProcedureKind, planOnAws, regionOf } from './aws-procedure.ts'
import { type DeployedSource, readDeployed } from './deployed.ts'
import { openControlPlanes, openDriver, openSwitch } from './deployed-parts.ts'

export interface AwsFlags extends DeployedSource {
  readonly to: string
  readonly yes?: boolean
  readonly allowDataLoss?: boolean
  /** A folder with `operator.crt`, `operator.key` and `ca.crt`. */
  readonly operator?: string
  readonly leaveCallers?: boolean
  readonly overrideSafetyRule?: readonly string[]
  /** Holds the journal. @default '.antipode' */
  readonly dataDir?: string
}

/**
 * Plans a procedure on what is deployed on AWS, prints the plan, and carries it out when told so.
 *
 * @param every how often what is under way is looked at; see `carryOut`
 */
export async function runOnAws(
  kind: ProcedureKind,
  flags: AwsFlags,
  context: CommandContext,
  synth: string,
  every?: Duration,
): Promise<void> {
  const deployed = await readDeployed(flags, context, synth)
  const driver = await openDriver(deployed)
  const trafficSwitch = flags.leaveCallers ? undefined : await openSwitch(deployed, flags.overrideSafetyRule ?? [])
  const client = flags.operator ? await openControlPlanes(resolve(context.cwd, flags.operator)) : undefined
  try {
    const plan = await planOnAws(kind, flags.to, { deployed, driver, trafficSwitch, client })
    const file = resolve(context.cwd, flags.dataDir ?? '.antipode', `${deployed.topology}-procedures.jsonl`)
    const journal = new ProcedureJournal(file)
    const refusal = await refusalOf(plan.steps)
    context.say(describePlan(plan, refusal))
    const outline = {
      ...{ procedure: kind, from: plan.from, to: plan.to, done: false, journal: file },
      databases: await driver.states(),
      plan: plan.steps.map(({ id, what, expected }) => ({ id, what, expected })),
      ...{ left: plan.left, refusal: refusal ?? null, needsAllowDataLoss: plan.needsAllowDataLoss },
    }
    if (!flags.yes) {
      context.say(`Run it: add ${plan.needsAllowDataLoss ? '--yes --allow-data-loss' : '--yes'}`)
      context.result(outline)
      return
    }
    if (plan.needsAllowDataLoss && !flags.allowDataLoss) {
      const reason = `${plan.needsAllowDataLoss}. To accept that, add --allow-data-loss`
      throw new AntipodeError('ANTIPODE_REFUSED', { reason })
    }
    const lag = (await client?.state(regionOf(deployed, plan.to)))?.lag?.seconds
    const marks = await carryOut(plan.steps, {
      ...{ name: { procedure: kind, to: plan.to }, journal, signal: context.signal },
      ...(every && { every }),
      progress: (line) => context.progress(`  ${line}`),
    })
    context.say(['done', ...plan.left.map((line) => `left to do: ${line}`)].join('\n'))
    const now = await client?.state(regionOf(deployed, plan.to))
    context.result({
      ...{ ...outline, done: true, databases: await driver.states(), marks },
      ...{ epoch: now?.epoch ?? null, writer: now?.writer ?? null },
      // How far behind it was when it was last asked; null where nobody knows.
      lostAtMost: { seconds: plan.needsAllowDataLoss ? (lag ?? null) : 0 },
    })
  } finally {
    driver.close()
    trafficSwitch?.close()
    await client?.close()
  }
}

/** A plan as people read it. */
export function describePlan({ steps, left, needsAllowDataLoss }: AwsPlan, refusal: string | undefined): string {
  return [
    'would:',
    ...steps.map(({ what, expected }, index) => `  ${index + 1}. ${what}\n     expected: ${expected}`),
    ...(left.length > 0 ? ['left to do after that:', ...left.map((line) => `  ${line}`)] : []),
    ...(needsAllowDataLoss ? [`may lose: acknowledged writes, since ${needsAllowDataLoss}`] : []),
    ...(refusal ? [`refused now: ${refusal}`] : []),
  ].join('\n')
}
