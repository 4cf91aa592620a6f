import { setTimeout as delay } from 'node:timers/promises'
import { compareVersions } from '../../model/version.ts'
import type { HeldVersion } from './control-plane-connection.ts'
import { type Survey, shownVersion } from './shown-version.ts'

/** Milliseconds until the first look around, and, doubled each time, at most. */
const FIRST_LOOK = 5_000
const RARE_LOOK = 60_000

export interface Surroundings {
  /** The index of the control plane that is followed; 0 is the own region's. */
  readonly index: number
  readonly count: number
  readonly signal: AbortSignal
  held(): HeldVersion | undefined
  survey(index: number): Survey
}

/**
 * The index of a control plane to follow rather than this one, once there is one: the own region's, as soon as it is
 * not behind what is held; or, while the own region's has shown nothing since the stream began, one that is ahead.
 */
export async function lookAround(surroundings: Surroundings): Promise<number | undefined> {
  const { index, signal } = surroundings
  const before = surroundings.held()
  for (let pause = FIRST_LOOK; !signal.aborted; pause = Math.min(RARE_LOOK, pause * 2)) {
    await delay(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => {})
    const held = surroundings.held()
    if (index > 0 && (await isHomeAbreast(surroundings, held))) return 0
    if (index === 0 && held && held.hash === before?.hash) {
      const ahead = await firstAhead(surroundings, held)
      if (ahead !== undefined) return ahead
    } else if (index === 0) return undefined
  }
  return undefined
}

/** Asks as one who holds nothing, since a control plane that is behind keeps silent towards those who hold more. */
async function isHomeAbreast({ survey }: Surroundings, held: HeldVersion | undefined): Promise<boolean> {
  const shown = await shownVersion(survey(0), undefined)
  if (!shown || !held) return shown !== undefined
  return shown.lineage === held.lineage && compareVersions(shown.version, held.version) >= 0
}

async function firstAhead({ survey, count, signal }: Surroundings, held: HeldVersion): Promise<number | undefined> {
  for (let index = 1; index < count && !signal.aborted; index++) {
    const shown = await shownVersion(survey(index), held)
    if (shown?.lineage === held.lineage && compareVersions(shown.version, held.version) > 0) return index
  }
  return undefined
}
