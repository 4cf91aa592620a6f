import type { RegionState } from '../../../runtime/model/region-state.ts'
import { nextEpoch } from '../../../runtime/model/version.ts'
import type { FailoverRegion } from '../failover-driver.ts'
import type { OperatorClient } from '../operator-client.ts'
import { DONE, READY, refusedBecause, type Step, type StepState, underWay } from '../steps/step.ts'

/** The two regions of a pair, by what they are in this procedure. */
export interface Pair {
  readonly client: OperatorClient
  readonly from: FailoverRegion
  readonly to: FailoverRegion
}

/** Nothing is done to a database whose control plane could not take over afterwards. */
export function askStep({ client, to }: Pair): Step {
  return {
    id: `ask ${to.name}`,
    what: `ask the control plane of ${to.name}`,
    expected: 'at once',
    look: async () => {
      const state = await client.state(to)
      if (!state) return refusedBecause('it does not answer, and without it nothing can be promoted')
      if (state.hold) return refusedBecause(`an operator holds ${to.name} since ${state.hold.since}`)
      return DONE
    },
    begin: async () => {},
  }
}

/** Nothing is stopped in a region that writes, or may think so. */
export function idleStep({ client, from, to }: Pair): Step {
  return {
    id: `idle ${to.name}`,
    what: `ask whether ${from.name} writes and ${to.name} does not`,
    expected: 'at once',
    look: async () => {
      const [writer, idle] = await Promise.all([client.state(from), client.state(to)])
      if (!writer) return refusedBecause(`the control plane of ${from.name} does not answer`)
      if (!writes(writer)) return refusedBecause(`${from.name} is ${writer.role} (${writer.reason})`)
      return idle && writes(idle) ? refusedBecause(`${to.name} is ${idle.role} itself`) : DONE
    },
    begin: async () => {},
  }
}

/** The writer takes no more writes and gives its lease back, so that nothing more has to arrive. */
export function drainSteps({ client, from, to }: Pair, waitForReplay: boolean): Step[] {
  let drained: string | undefined
  const drain = async (epoch: number) => {
    drained = String((await client.change(from, { role: 'draining', expectedEpoch: epoch })).lsn)
  }
  const steps: Step[] = [
    {
      id: `drain ${from.name}`,
      what: `drain ${from.name}: from here on it takes no writes`,
      expected: 'under a second',
      look: async () => {
        if (await hasTakenOver(client, to)) return DONE
        const state = await client.state(from)
        if (!state) return refusedBecause('its control plane does not answer; failover does without it')
        if (state.role === 'draining') return DONE
        return state.role === 'active' ? READY : refusedBecause(`it is ${state.role} (${state.reason})`)
      },
      begin: async () => drain((await client.state(from))?.epoch ?? 0),
      undo: async () => {
        const state = await client.state(from)
        if (state?.role !== 'draining') return false
        await client.change(from, { role: 'active', expectedEpoch: state.epoch })
        return true
      },
    },
  ]
  if (!waitForReplay) return steps
  steps.push({
    id: `replay ${to.name}`,
    what: `wait until ${to.name} holds everything`,
    expected: 'as long as it is behind',
    look: async () => {
      if (await hasTakenOver(client, to)) return DONE
      const [writer, state] = await Promise.all([client.state(from), client.state(to)])
      if (writer?.role !== 'draining') return underWay(`${from.name} has not drained`)
      // Another run drained it; asked again, it says once more where it stopped.
      if (drained === undefined) await drain(writer.epoch)
      // No longer in recovery: it has been promoted, by a run that waited.
      if (state?.database.inRecovery === false) return DONE
      const lsn = state?.database.lsn
      return lsn && drained && position(lsn) >= position(drained) ? DONE : underWay(`${to.name} is at ${lsn ?? '?'}`)
    },
    begin: async () => {},
  })
  return steps
}

export interface TakeOverOptions {
  /** The old writer gave its lease back, so that nobody waits for its end. */
  readonly drained: boolean
  /** The old writer's database follows: wait for its confirmation instead of writing alone. */
  readonly confirmed: boolean
}

/** Begins the new epoch, once the database can be written. */
export function takeOverStep({ client, from, to }: Pair, { drained, confirmed }: TakeOverOptions): Step {
  const alone = confirmed ? '' : ', alone until a standby confirms again'
  return {
    id: `take over in ${to.name}`,
    what: `let the control plane of ${to.name} begin an epoch${alone}`,
    expected: drained ? 'under a second' : `once the lease of ${from.name} must be over, within seconds`,
    look: async (): Promise<StepState> => {
      const state = await client.state(to)
      if (!state) return underWay(`the control plane of ${to.name} does not answer yet`)
      if (writes(state) && state.writer === to.name) return DONE
      const { role, reason, database } = state
      if (role === 'fenced' && database.inRecovery === false && state.epoch > 0) return READY
      return underWay(`${to.name} is ${role} (${reason})`)
    },
    begin: async () => {
      const state = await client.state(to)
      const expectedEpoch = state?.epoch ?? 0
      await client.change(to, {
        ...{
          role: 'active',
          expectedEpoch,
          epoch: nextEpoch(Math.max(expectedEpoch, state?.peer?.epoch ?? 0), to.index),
        },
        // It is no standby any more, and cannot say by itself that it held everything.
        ...{ writerEnded: drained, awaitConfirmation: confirmed, allowDataLoss: true },
      })
    },
  }
}

async function hasTakenOver(client: OperatorClient, to: FailoverRegion): Promise<boolean> {
  const state = await client.state(to)
  return state !== null && writes(state) && state.writer === to.name
}

function writes({ role }: RegionState): boolean {
  return role === 'active' || role === 'solo' || role === 'frozen'
}

/** `1/2A0` as a number that can be compared. */
function position(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}
