import type { DataPlaneSample } from './observations.ts'

/**
 * What data planes served that they should not have: two hashes for one version of one lineage, an older version after
 * a newer one, or another lineage than before. A sentence each; empty when all is well.
 *
 * @param shared regions where several data planes answer at one address: there the next answer may be another one's,
 *   and older
 */
export function configurationFaults(samples: readonly DataPlaneSample[], shared: readonly string[] = []): string[] {
  const faults = new Set<string>()
  const hashes = new Map<string, { hash: string; region: string }>()
  const newest = new Map<string, DataPlaneSample>()
  const lineages = new Map<string, string>()
  for (const sample of [...samples].sort((a, b) => a.ended - b.ended)) {
    const { lineage, epoch, revision, hash, region } = sample
    const followed = lineages.get(region)
    if (followed !== undefined && followed !== lineage) {
      faults.add(`${region} left lineage ${followed.slice(0, 8)} for ${lineage.slice(0, 8)}`)
    }
    lineages.set(region, lineage)
    const version = `${lineage} (${epoch},${revision})`
    const known = hashes.get(version)
    if (known === undefined) hashes.set(version, { hash, region })
    else if (known.hash !== hash) {
      faults.add(
        `${region} served ${hash.slice(0, 8)} as version (${epoch},${revision}), ${known.region} ${known.hash.slice(0, 8)}`,
      )
    }
    const before = newest.get(`${region} ${lineage}`)
    const older =
      before !== undefined &&
      !shared.includes(region) &&
      (epoch < before.epoch || (epoch === before.epoch && revision < before.revision))
    // Samples that overlapped in time may have been answered in the other order.
    if (older && before.ended < sample.sent) {
      faults.add(`${region} went back from (${before.epoch},${before.revision}) to (${epoch},${revision})`)
    }
    if (!older) newest.set(`${region} ${lineage}`, sample)
  }
  return [...faults]
}
