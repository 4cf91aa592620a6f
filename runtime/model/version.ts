/**
 * A version of the configuration: compared lexicographically, and only within one lineage (one database history).
 *
 * A new epoch begins with every change of the writing region, so a version minted by a writer that has been
 * superseded can never look newer than one minted by its successor.
 */
export interface Version {
  readonly epoch: number
  readonly revision: number
}

/** Permanent region indexes live in `epoch mod EPOCH_STRIDE`, so two regions never mint the same epoch. */
export const EPOCH_STRIDE = 64

/** The version of a lineage that has published nothing yet. */
export const NO_VERSION: Version = Object.freeze({ epoch: 0, revision: 0 })

/** Negative when `a` is older than `b`, zero when equal, positive when newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || a.revision - b.revision
}

/** The smallest epoch after `current` that belongs to the region with this permanent index (1 to 63). */
export function nextEpoch(current: number, regionIndex: number): number {
  if (!Number.isInteger(regionIndex) || regionIndex < 1 || regionIndex >= EPOCH_STRIDE) {
    throw new RangeError(`a region's index is a whole number from 1 to ${EPOCH_STRIDE - 1}, not ${regionIndex}`)
  }
  const base = current - (current % EPOCH_STRIDE) + regionIndex
  return base > current ? base : base + EPOCH_STRIDE
}

/** The permanent index of the region that minted this epoch. */
export function regionIndexOf(epoch: number): number {
  return epoch % EPOCH_STRIDE
}

/** As people write it: `(65,1892)`. */
export function formatVersion(version: Version): string {
  return `(${version.epoch},${version.revision})`
}
