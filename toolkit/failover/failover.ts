import { nextEpoch } from '../../runtime/model/version.ts'
import { readInDoubt } from './database-questions.ts'
import type { FailoverDriver } from './failover-driver.ts'
import {
  type ProcedureContext,
  type ProcedureOptions,
  type ProcedurePlan,
  type ProcedureResult,
  planned,
  refused,
  withDeployment,
  writerOf,
} from './procedure.ts'

export interface FailoverOptions extends ProcedureOptions {
  readonly to: string
  /** End the old writer's processes first, where that can be proved, instead of waiting for its lease. */
  readonly fence?: boolean
}

/**
 * Moves the right to write to the standby while the old writer is dead, stopped or out of reach. The surviving region's
 * control plane decides: it confirms nothing more, waits until any lease that it renewed is over, promotes its database
 * and begins a new epoch. It writes alone from then on, until a rebuilt candidate confirms.
 */
export function failover(
  driver: FailoverDriver,
  options: FailoverOptions,
  progress: (line: string) => void = () => {},
): Promise<ProcedureResult> {
  return withDeployment(driver, progress, (context) => failOver(context, options))
}

async function failOver(context: ProcedureContext, options: FailoverOptions): Promise<ProcedureResult> {
  const { client, driver } = context
  const { region, state } = context.find(options.to)
  if (!state) throw refused(`the control plane of ${options.to} does not answer; without it nothing can be promoted`)
  const writer = writerOf(context)
  // A region that wrote last and is fenced now takes over from nobody.
  const from = writer === options.to ? null : writer
  if (state.role === 'active' || state.role === 'solo') throw refused(`${options.to} writes already (${state.role})`)
  if (state.role === 'frozen' || state.role === 'draining') {
    throw refused(`${options.to} holds the right to write already (${state.role}: ${state.reason}); see solo`)
  }
  if (options.fence && !from) throw refused('no control plane knows of an old writer elsewhere, so none can be ended')
  const expectedEpoch = state.epoch
  // A replica that lags may not show an epoch that its writer has begun.
  const epoch = nextEpoch(Math.max(expectedEpoch, state.peer?.epoch ?? 0), region.index)
  const plan = planOf(context, options, epoch, from)
  const outline = { procedure: 'failover', from, to: options.to, plan } as const
  const only = planned(outline, options)
  if (only) return only

  if (options.fence && from) {
    await driver.fence(from)
    context.mark('fenced', `${from}: every process of the old writer ended`)
  }
  context.mark('decided', `${options.to} takes over in epoch ${epoch}`)
  const change = await client.change(region, {
    ...{ role: 'active', epoch, expectedEpoch, writerEnded: options.fence === true },
    ...{ allowDataLoss: options.allowDataLoss === true },
  })
  context.mark('promoted', `${options.to} writes in epoch ${epoch}, alone until a standby confirms again`)
  const inDoubt = await readInDoubt(region, state.answered?.revision ?? 0, epoch)
  return {
    ...{ ...outline, done: true, epoch: change.epoch, writer: options.to },
    ...{ lostAtMost: plan.lostAtMost, inDoubt, marks: context.marks },
  }
}

function planOf(
  context: ProcedureContext,
  options: FailoverOptions,
  epoch: number,
  from: string | null,
): ProcedurePlan {
  const state = context.find(options.to).state!
  const lag = Math.ceil(state.lag?.seconds ?? 0)
  const reasons: string[] = []
  if (state.durability === 'local') reasons.push('writes were acknowledged before they got here (durability local)')
  if (state.hold) reasons.push(`an operator holds ${options.to} since ${state.hold.since}`)
  if (!state.database.inRecovery && state.role === 'fenced')
    reasons.push(`${options.to} is no standby (${state.reason})`)
  return {
    steps: [
      ...(options.fence && from ? [`end every process of ${from}`] : []),
      `${options.to} confirms nothing more`,
      ...(options.fence && from ? [] : [`wait until the lease of ${from ?? 'the old writer'} is over`]),
      `promote ${options.to} in epoch ${epoch}, writing alone`,
    ],
    expected: options.fence ? 'writes again in about 0.5 s' : 'writes again when the lease is over, plus about 0.5 s',
    lostAtMost: { seconds: reasons.length > 0 ? lag : 0 },
    needsAllowDataLoss: reasons.length > 0 ? reasons.join('; ') : null,
  }
}
