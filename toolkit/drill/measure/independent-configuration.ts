import type { DataPlaneSample, EditionSample, Observations, Write } from './observations.ts'

/** What regions that write for themselves served, beside one another. */
export interface EqualChanges {
  /** How often two regions were seen with the same changes in their configuration. */
  readonly compared: number
  /** A sentence each; empty when equal changes were equal configurations. */
  readonly faults: readonly string[]
}

/**
 * Whether regions that took the same changes served the same configuration. Their versions cannot be compared, since
 * each counts its own, so what identifies a configuration is what is in it: the edition that the gateway answered with
 * before and after, and those of the independent client's writes that the region acknowledged at, or below, the revision
 * it serves. Wherever two regions were seen with the same, one hash must have been seen in both.
 *
 * @param until when an operator began to heal, which changes a region without a write of the client
 */
export function equalChanges(
  { dataPlanes, editions, writes }: Pick<Observations, 'dataPlanes' | 'editions' | 'writes'>,
  until: number,
): EqualChanges {
  const regions = [...new Set(dataPlanes.map(({ region }) => region))]
  const samples = dataPlanes.filter(({ ended }) => ended < until)
  const served = regions.map((region) => ({ region, hashes: hashesByChanges(region, samples, editions, writes) }))
  const faults: string[] = []
  let compared = 0
  for (const [index, one] of served.entries()) {
    for (const other of served.slice(index + 1)) {
      for (const [changes, here] of one.hashes) {
        const there = other.hashes.get(changes)
        if (there === undefined) continue
        compared++
        if ([...here].some((hash) => there.has(hash))) continue
        const [first, second] = [...here, ...there].map((hash) => hash.slice(0, 8))
        faults.push(`with the same changes in both, ${one.region} served ${first} and ${other.region} ${second}`)
      }
    }
  }
  return { compared, faults }
}

/** The hashes a region served, by the edition and the numbers of the writes that were in it. */
function hashesByChanges(
  region: string,
  samples: readonly DataPlaneSample[],
  editions: readonly EditionSample[],
  writes: readonly Write[],
): Map<string, Set<string>> {
  const taken = writes.filter((write) => write.region === region && write.revision !== null)
  const answered = editions.filter((sample) => sample.region === region)
  const numbers = new Map<string, string>()
  const hashes = new Map<string, Set<string>>()
  for (const sample of samples) {
    if (sample.region !== region) continue
    const edition = editionAt(sample, answered)
    if (edition === null) continue
    const version = `${sample.epoch} ${sample.revision}`
    const within = numbers.get(version) ?? numbersIn(sample, taken)
    numbers.set(version, within)
    const changes = `${edition}: ${within}`
    const known = hashes.get(changes)
    if (known === undefined) hashes.set(changes, new Set([sample.hash]))
    else known.add(sample.hash)
  }
  return hashes
}

/** The edition that was answered both before and after; null where those differ, or nothing was. */
function editionAt({ sent, ended }: DataPlaneSample, answered: readonly EditionSample[]): string | null {
  let before: EditionSample | undefined
  let after: EditionSample | undefined
  for (const sample of answered) {
    if (sample.ended <= sent && sample.ended > (before?.ended ?? 0)) before = sample
    if (sample.sent >= ended && sample.sent < (after?.sent ?? Number.POSITIVE_INFINITY)) after = sample
  }
  return before !== undefined && before.edition === after?.edition ? before.edition : null
}

function numbersIn({ epoch, revision }: DataPlaneSample, taken: readonly Write[]): string {
  return taken
    .filter((write) => write.epoch! < epoch || (write.epoch === epoch && write.revision! <= revision))
    .map(({ number }) => number)
    .sort((a, b) => a - b)
    .join()
}

/** Regions that served an older edition after a newer one: an old configuration has won. A sentence each. */
export function editionsGoneBack(samples: readonly EditionSample[], shared: readonly string[]): string[] {
  const newest = new Map<string, { edition: number; ended: number }>()
  const back = new Set<string>()
  for (const { region, edition, sent, ended } of [...samples].sort((a, b) => a.ended - b.ended)) {
    const number = Number(edition)
    if (!Number.isInteger(number) || shared.includes(region)) continue
    const before = newest.get(region)
    if (before === undefined || number >= before.edition) newest.set(region, { edition: number, ended })
    else if (before.ended < sent) back.add(`${region} went back from edition ${before.edition} to ${number}`)
  }
  return [...back]
}

/** The edition that each region was last seen with. */
export function lastEditions({ editions }: Pick<Observations, 'editions'>): Map<string, string> {
  const sorted = [...editions].sort((a, b) => a.ended - b.ended)
  return new Map(sorted.map(({ region, edition }) => [region, edition]))
}
