import type { FailoverDriver } from './failover-driver.ts'
import {
  type ProcedureContext,
  type ProcedureOptions,
  type ProcedureResult,
  planned,
  refused,
  withDeployment,
} from './procedure.ts'

export interface SoloOptions extends ProcedureOptions {
  readonly region: string
  /** The peer and its data are gone, so that it can carry no hold and will never be promoted. */
  readonly peerIsDestroyed?: boolean
}

/**
 * Lets the writer go on alone while its standby or the link is down. The peer first takes a durable hold, so that
 * nobody promotes it while it misses writes.
 */
export function solo(
  driver: FailoverDriver,
  options: SoloOptions,
  progress: (line: string) => void = () => {},
): Promise<ProcedureResult> {
  return withDeployment(driver, progress, (context) => goSolo(context, options))
}

async function goSolo(context: ProcedureContext, options: SoloOptions): Promise<ProcedureResult> {
  const { region, state } = context.find(options.region)
  if (!state) throw refused(`the control plane of ${options.region} does not answer`)
  const peer = context.regions.find((other) => other.region.name !== options.region)
  const plan = {
    steps: [
      ...(options.peerIsDestroyed || !peer ? [] : [`hold ${peer.region.name}, so that it is not promoted meanwhile`]),
      `${options.region} writes alone; what it acknowledges is on its own disk only`,
    ],
    expected: 'until a standby confirms again, losing this region loses what was written since',
    lostAtMost: { seconds: 0 },
    needsAllowDataLoss: null,
  }
  const outline = { procedure: 'solo', from: null, to: options.region, plan } as const
  const only = planned(outline, options)
  if (only) return only

  if (state.role === 'standby' || state.role === 'draining') {
    throw refused(`${options.region} cannot write alone: it is ${state.role} (${state.reason})`)
  }
  if (!options.peerIsDestroyed && peer) {
    if (!peer.state) {
      throw refused(
        `${peer.region.name} cannot be reached to hold it; once it and its data are certain to be gone, add --peer-is-destroyed`,
      )
    }
    await context.client.change(peer.region, { hold: true })
    context.mark('held', `${peer.region.name} is held`)
  }
  const change = await context.client
    .change(region, { role: 'solo', expectedEpoch: state.epoch, peerIsDestroyed: options.peerIsDestroyed === true })
    .catch(async (error) => {
      // A hold without a reason would make the next failover look like a loss.
      const now = await context.client.state(region)
      if (peer?.state && now && now.role !== 'solo') await context.client.change(peer.region, { hold: false })
      throw error
    })
  context.mark('solo', `${options.region} writes alone`)
  return {
    ...{ ...outline, done: true, epoch: change.epoch, writer: options.region },
    ...{ lostAtMost: plan.lostAtMost, inDoubt: [], marks: context.marks },
  }
}
