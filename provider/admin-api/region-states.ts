import type { RegionState } from '../../runtime/model/region-state.ts'
import { Refused, refused } from '../framework/problem.ts'
import type { AdminApi } from './admin-client.ts'

export const REGION_PATH = '/antipode/region'

/** What a region is declared to be: it writes for all, it follows, or it has a configuration of its own. */
export const DECLARED_ROLES = ['primary', 'standby', 'active'] as const
export type DeclaredRole = (typeof DECLARED_ROLES)[number]

/** What the control planes at the endpoints say of their regions. */
export interface RegionStates {
  readonly states: readonly RegionState[]
  /** Why others say nothing. */
  readonly silent: readonly string[]
}

/** @throws Refused where none of them answers */
export async function regionStates(admin: AdminApi, signal: AbortSignal): Promise<RegionStates> {
  const answers = await admin.each(REGION_PATH, signal)
  const refusals = answers.filter((answer) => answer instanceof Refused)
  const silent = refusals.flatMap(({ problems }) => problems.map(({ detail }) => detail))
  const told = answers.filter((answer) => !(answer instanceof Refused)) as unknown as RegionState[]
  // Several endpoints may be of one region; the one that knows the newest epoch speaks for it.
  const states = new Map<string, RegionState>()
  for (const state of told.toSorted((a, b) => a.epoch - b.epoch)) states.set(state.region, state)
  if (states.size === 0) throw refused('No control plane answers', silent.join(' '))
  return { states: [...states.values()], silent }
}

/** @returns undefined where nobody knows who writes */
export function roleIn({ region, writer, peer }: RegionState): DeclaredRole | undefined {
  if (writer === null) return undefined
  if (writer !== region) return 'standby'
  return peer === null ? 'active' : 'primary'
}
