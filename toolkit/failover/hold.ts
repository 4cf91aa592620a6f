import type { FailoverDriver } from './failover-driver.ts'
import {
  type ProcedureContext,
  type ProcedureOptions,
  type ProcedureResult,
  planned,
  refused,
  withDeployment,
} from './procedure.ts'

export interface HoldOptions extends ProcedureOptions {
  readonly region: string
  /** End the hold. */
  readonly lift?: boolean
}

/**
 * Holds a region, so that it takes over neither by itself nor by `failover` without accepting loss, and a writer does
 * not go on alone by itself; or lifts the hold.
 */
export function hold(
  driver: FailoverDriver,
  options: HoldOptions,
  progress: (line: string) => void = () => {},
): Promise<ProcedureResult> {
  return withDeployment(driver, progress, (context) => setHold(context, options))
}

async function setHold(context: ProcedureContext, options: HoldOptions): Promise<ProcedureResult> {
  const { region, state } = context.find(options.region)
  if (!state) throw refused(`the control plane of ${options.region} does not answer`)
  const lift = options.lift === true
  const plan = {
    steps: [lift ? `lift the hold on ${options.region}` : `hold ${options.region}, until that is lifted`],
    expected: lift
      ? 'it may take over again'
      : 'it does not take over; a hold also ends when its writer, which wrote alone, is confirmed again',
    lostAtMost: { seconds: 0 },
    needsAllowDataLoss: null,
  }
  const outline = { procedure: 'hold', from: null, to: options.region, plan } as const
  const only = planned(outline, options)
  if (only) return only

  const changed = await context.client.change(region, { hold: !lift })
  context.mark(lift ? 'lifted' : 'held', `${options.region} is held${lift ? ' no more' : ''}`)
  return {
    ...{ ...outline, done: true, epoch: changed.epoch, writer: changed.writer },
    ...{ lostAtMost: plan.lostAtMost, inDoubt: [], marks: context.marks },
  }
}
