/**
 * Why a frame was not taken in.
 *
 * - `forged`: not signed by a control plane of this deployment, or not readable
 * - `foreign`: another gateway group, or another lineage than the one held
 * - `stale`: older than what this data plane has held before
 * - `gap`: a delta from a version that is not held
 * - `mismatch`: the configuration it leads to does not have the hash it promises
 */
export type FrameRefusalReason = 'forged' | 'foreign' | 'stale' | 'gap' | 'mismatch'

export class FrameRefusal extends Error {
  override readonly name = 'FrameRefusal'
  readonly reason: FrameRefusalReason

  constructor(reason: FrameRefusalReason, message: string) {
    super(message)
    this.reason = reason
  }
}
