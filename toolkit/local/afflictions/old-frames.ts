import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { End } from '../links/region-links.ts'
import { urlOf } from '../plan/local-plan.ts'
import { askServedVersion } from '../supervisor/region-questions.ts'
import { recordStream } from './recorded-stream.ts'
import type { Remedy } from './remedy.ts'
import { ReplayingControlPlane } from './replaying-control-plane.ts'

/** Milliseconds in which somebody must have moved the right to write. */
const PATIENCE = 60_000
const LOOK_EVERY = 100
/** Milliseconds until data planes that did not come are sent on again, and, doubled each time, at most. */
const FIRST_CALL = 500
const LAST_CALL = 8_000

/**
 * What the region's control plane publishes is recorded, and once its data planes serve a later epoch, their way to it
 * leads to one that sends the recording. They turn to another region's control plane when a stream breaks, so theirs
 * are broken until all of them have been there.
 */
export const oldFrames: Remedy<'old-frames'> = {
  async inflict({ foundation, parts, keep }, { region }) {
    if (!foundation.prepared.includes('inner-links')) {
      const reason = 'data planes reach their control plane without a link; run `up --prepare inner-links`'
      throw new AntipodeError('USAGE', { reason })
    }
    const { identities, links, plan } = foundation
    const { sync: behind, status } = plan.regions.find(({ name }) => name === region)!
    const recording = await recordStream(identities, behind)
    await laterEpoch(urlOf('http', status), recording.version.epoch)
    const replaying = await ReplayingControlPlane.start({ identities, region, behind, recording })
    keep(replaying)
    links.detour(...wayHome(region), replaying.endpoint)
    const wanted = parts.processes.dataPlane.length
    const deadline = performance.now() + PATIENCE
    for (let pause = FIRST_CALL; replaying.misled < wanted; pause = Math.min(LAST_CALL, pause * 2)) {
      if (performance.now() > deadline) {
        const reason = `${replaying.misled} of ${wanted} data planes of ${region} asked for what is published`
        throw new AntipodeError('START_FAILED', { what: 'the replay of old frames', reason })
      }
      const until = performance.now() + pause
      while (replaying.misled < wanted && performance.now() < until) await sleep(LOOK_EVERY)
      if (replaying.misled < wanted) links.drop(region, 'data-plane')
    }
  },
  async relieve({ foundation: { links, prepared } }, { region }) {
    if (!prepared.includes('inner-links')) return
    links.detour(...wayHome(region), undefined)
    // Whoever was sent elsewhere meanwhile comes back.
    links.drop(region, 'data-plane')
  },
}

function wayHome(region: string): [End, End] {
  return [
    { region, part: 'data-plane' },
    { region, part: 'control-plane' },
  ]
}

async function laterEpoch(status: string, recorded: number): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (performance.now() < deadline) {
    const served = await askServedVersion(status)
    if (served && served.epoch > recorded) return
    await sleep(LOOK_EVERY)
  }
  const reason = `the right to write was not moved within ${PATIENCE / 1000} s, so no frame is of an earlier epoch`
  throw new AntipodeError('USAGE', { reason: `${reason}; run \`antipode switchover\` meanwhile` })
}
