import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Topology } from '../../../topology/index.ts'
import type { LocalTopology } from '../../local/local-topology.ts'
import { askRegionState } from '../../local/supervisor/region-questions.ts'
import type { OperatorResult } from './operator.ts'

const LOOK_EVERY = 50
/** Milliseconds, beside what the topology says, that a promotion may take. */
const PROMOTION = 20_000

/** Whether the standby of this topology takes over by itself, so that nobody plays the operator. */
export function isUnattended({ failover }: Topology): boolean {
  return failover !== undefined
}

/** Waits until a region has taken over by itself. @throws AntipodeError ANTIPODE_REFUSED where it does not */
export async function awaitTakeover(local: LocalTopology, to: string, topology: Topology): Promise<OperatorResult> {
  const { failover, database } = topology
  const { regions } = await local.describe()
  const region = regions.find(({ name }) => name === to)!
  const patience = (failover?.automatic.after.milliseconds ?? 0) + database.lease.milliseconds + PROMOTION
  const deadline = performance.now() + patience
  for (;;) {
    const state = await askRegionState(region.admin, region.adminKey)
    if (state?.role === 'solo') return { writer: to, epoch: state.epoch, frozenMilliseconds: null, rebuilt: false }
    if (performance.now() > deadline) {
      const why = state?.automatic?.reason ?? state?.reason ?? 'its control plane does not answer'
      throw new AntipodeError('ANTIPODE_REFUSED', { reason: `${to} did not take over by itself: ${why}` })
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}
