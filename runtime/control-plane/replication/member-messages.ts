import type { RegionState } from '../../model/region-state.ts'
import type { Version } from '../../model/version.ts'
import type { Change } from '../store/configuration.ts'

/**
 * What the leader of a region tells its members, the region's other control planes; one JSON object a line. They show
 * what it shows, so nothing that is not confirmed leaves any of them.
 */
export type MemberMessage =
  /** First, then every half second and at every change. */
  | { readonly kind: 'state'; readonly state: RegionState }
  /** A whole configuration follows in `resources`, up to `shown`. */
  | {
      readonly kind: 'begin'
      readonly lineage: string
      readonly version: Version
      /** The kinds of things that the leader knows. Absent from a release before gateway groups. */
      readonly knows?: readonly string[]
    }
  | { readonly kind: 'resources'; readonly changes: readonly Change[] }
  | { readonly kind: 'shown' }
  /** The next revision of the configuration last shown. */
  | { readonly kind: 'publication'; readonly version: Version; readonly changes: readonly Change[] }

/** Paths of the sync listener that only control planes of the same region may call. */
export const MEMBER_PATHS = {
  /** The leader's stream of messages. */
  stream: '/antipode/member',
  /** The newest version that the leader shows. */
  version: '/antipode/member/version',
  /** The gateway instances that a member serves. */
  fleet: '/antipode/member/fleet',
  /** A call of the Admin API that reached a member. */
  call: '/antipode/member/call',
} as const

/** A call of the Admin API on its way to the leader; the body is base64. */
export interface PassedOnCall {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The caller's address, which the leader checks again. */
  readonly remoteAddress: string
  readonly body: string
}

/** The leader's answer; the body is base64. */
export interface PassedOnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
