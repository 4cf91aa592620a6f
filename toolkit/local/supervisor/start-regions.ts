import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { startIndependent, startReplicated, startSubscribed } from '../database/start-databases.ts'
import type { Foundation } from './foundation.ts'
import type { RegionParts } from './region-parts.ts'
import type { RegionWatch } from './region-watch.ts'

const WRITER_SECONDS = 30

export interface RegionsToStart {
  readonly foundation: Foundation
  readonly regions: ReadonlyMap<string, RegionParts>
  readonly watch: RegionWatch
  readonly progress: (text: string) => void
}

/** Starts every process of every region; resolves when all serve and those regions write that are to. */
export async function startRegions({ foundation, regions, watch, progress }: RegionsToStart): Promise<void> {
  const { plan, databases, state } = foundation
  // Control planes wait for their database, and data planes for their control plane, so all may begin at once.
  const serving = Promise.all(
    [...regions.values()].flatMap((parts) => [
      parts.start('control-plane'),
      parts.start('data-plane').then(() => parts.untilServing()),
    ]),
  )
  serving.catch(() => undefined)
  const starting = {
    databases,
    onReady: (region: string): void => {
      regions.get(region)?.noticeDatabase()
      progress(`${region}: database accepts connections`)
    },
  }
  const primary = plan.regions.find(({ declaredRole }) => declaredRole === 'primary')
  const startPair = plan.replication === 'logical' ? startSubscribed : startReplicated
  await (primary ? startPair(starting, primary.name, state.lastPrimary) : startIndependent(starting))
  await serving
  await untilWriting(foundation, watch)
}

/** The error of a start that was interrupted. */
export function interruptedStart(): AntipodeError {
  return new AntipodeError('START_FAILED', { what: 'the topology', reason: 'it was interrupted' })
}

async function untilWriting({ plan, processes }: Foundation, watch: RegionWatch): Promise<void> {
  const wanted = plan.regions.filter(({ declaredRole }) => declaredRole !== 'standby').length
  const deadline = performance.now() + WRITER_SECONDS * 1000
  for (;;) {
    const states = await watch.look()
    if (states.filter((state) => state?.role === 'active' || state?.role === 'solo').length >= wanted) return
    if (processes.closed) throw interruptedStart()
    if (performance.now() > deadline) {
      const reason = states.map((state) => `${state?.region} is ${state?.role}: ${state?.reason}`).join('; ')
      throw new AntipodeError('START_FAILED', { what: 'the writing region', reason })
    }
    await sleep(50)
  }
}
