import type { Endpoint } from './link-forwarder.ts'
import type { End } from './region-links.ts'

/** What packets of one direction of a way meet. */
export interface PacketRule {
  readonly cut: boolean
  /** Share that is lost, 0 to 1. */
  readonly loss: number
}

/** A way, as it looks from the part that it begins at. */
export interface FilteredWay {
  /** Where the part connects to, to take it. */
  readonly at: Endpoint
  readonly out: PacketRule
  readonly back: PacketRule
}

/**
 * Drops packets where a part sends and receives them, below its connections: what a link of this machine can only hold
 * or delay is then really lost, and sent again by the system that really runs it.
 */
export interface PacketFilter {
  /**
   * These rules and no others hold for a part from now on.
   *
   * @returns false where the part does not run
   * @throws Error where it may not be touched
   */
  apply(part: End, ways: readonly FilteredWay[]): Promise<boolean>
}
