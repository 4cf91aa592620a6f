import { createHash } from 'node:crypto'
import type { GslbRecord } from './synthesised-zone.ts'

/** What is known of who asks. */
export interface Vantage {
  /** The region nearest to it, when it says so. */
  readonly nearest?: string | undefined
  /** Its network, when a resolver passes it on (EDNS client subnet). */
  readonly subnet?: string | undefined
}

/**
 * The records that somebody would be answered with now. Unhealthy ones are left out, unless all are unhealthy: then
 * Route 53 answers as if all were healthy, and Cloudflare with its pool of last resort.
 */
export function answeredRecords(
  records: readonly GslbRecord[],
  isHealthy: (region: string) => boolean,
  lastResort?: string,
): readonly [GslbRecord, ...GslbRecord[]] {
  const healthy = records.filter(({ region }) => isHealthy(region))
  const last = records.filter(({ region }) => region === lastResort)
  const candidates = [healthy, last, records].find((some) => some.length > 0) ?? []
  const [first, ...rest] = candidates
  if (!first) throw new RangeError('there are no records to choose from')
  if (first.policy.kind === 'failover') {
    return [candidates.find(({ policy }) => policy.kind === 'failover' && policy.type === 'PRIMARY') ?? first]
  }
  return [first, ...rest]
}

/**
 * The record that Route 53, or Cloudflare, would answer this one vantage point with.
 *
 * Latencies between networks cannot be known here: the nearest region is the one that the vantage point names, else one
 * that follows from its network, else the first that was declared.
 */
export function chooseRecord(
  records: readonly GslbRecord[],
  isHealthy: (region: string) => boolean,
  vantage: Vantage = {},
  random: () => number = Math.random,
  lastResort?: string,
): GslbRecord {
  const candidates = answeredRecords(records, isHealthy, lastResort)
  if (candidates[0].policy.kind === 'failover') return candidates[0]
  return candidates[0].policy.kind === 'weighted' ? byWeight(candidates, random) : nearest(candidates, vantage)
}

/** Records of weight 0 are only chosen where no other is left. */
function byWeight(records: readonly GslbRecord[], random: () => number): GslbRecord {
  const weights = records.map(({ policy }) => (policy.kind === 'weighted' ? policy.weight : 0))
  let point = random() * weights.reduce((sum, weight) => sum + weight, 0)
  const chosen = records.find((_, i) => {
    point -= weights[i]!
    return point < 0
  })
  return chosen ?? records[0]!
}

function nearest(records: readonly GslbRecord[], { nearest, subnet }: Vantage): GslbRecord {
  const named = records.find(({ region }) => region === nearest)
  if (named) return named
  const place = subnet === undefined ? 0 : createHash('sha256').update(subnet).digest().readUInt32BE(0)
  return records[place % records.length]!
}
