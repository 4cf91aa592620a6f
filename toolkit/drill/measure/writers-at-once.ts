import type { ControlPlaneSample, Write } from './observations.ts'

export interface WritersAtOnce {
  /** The most that were writers at the same time, for certain. */
  readonly most: number
  /** What was seen, a sentence each. */
  readonly violations: readonly string[]
}

interface Reign {
  readonly region: string
  readonly lineage: string
  readonly epoch: number
  readonly from: number
  readonly to: number
}

/**
 * How many regions were writers at once, by their own word and by effect.
 *
 * By word: a sample is true at some instant between its request and its answer, so a region was a writer for certain
 * from the end of one sample to the start of a later one of the same epoch, when none between them denies it. Two such
 * stretches of different regions that overlap are two writers. By effect: an acknowledgement of an older epoch for a
 * write that was sent after one of a newer epoch had been acknowledged.
 *
 * @param independent regions write for themselves: what counts is writers of one lineage, which each names itself
 */
export function writersAtOnce(
  samples: readonly ControlPlaneSample[],
  writes: readonly Write[],
  independent = false,
): WritersAtOnce {
  const reigns = reignsOf(samples, independent)
  const violations: string[] = []
  let most = reigns.length > 0 ? 1 : 0
  for (const [index, one] of reigns.entries()) {
    for (const other of reigns.slice(index + 1)) {
      const from = Math.max(one.from, other.from)
      const to = Math.min(one.to, other.to)
      if (one.region === other.region || one.lineage !== other.lineage || from >= to) continue
      most = 2
      violations.push(
        `${one.region} (epoch ${one.epoch}) and ${other.region} (epoch ${other.epoch}) both said they may write, for ${Math.round(to - from)} ms`,
      )
    }
  }
  const histories = independent ? [...new Set(writes.map(({ region }) => region))] : [null]
  const late = histories.flatMap((own) => {
    return lateAcknowledgements(writes.filter(({ region }) => own === null || region === own))
  })
  if (late.length > 0) most = Math.max(most, 2)
  return { most, violations: [...violations, ...late] }
}

function reignsOf(samples: readonly ControlPlaneSample[], independent: boolean): Reign[] {
  const reigns: Reign[] = []
  for (const region of new Set(samples.map((sample) => sample.region))) {
    const own = samples.filter((sample) => sample.region === region).sort((a, b) => a.sent - b.sent)
    let open: { lineage: string; epoch: number; from: number; to: number } | undefined
    for (const sample of own) {
      const writes = sample.role === 'active' || sample.role === 'solo'
      const lineage = independent ? (sample.lineage ?? region) : ''
      if (open !== undefined && writes && sample.epoch === open.epoch && lineage === open.lineage) {
        open.from = Math.min(open.from, sample.ended)
        open.to = Math.max(open.to, sample.sent)
        continue
      }
      if (open !== undefined) reigns.push({ region, ...open })
      open = writes ? { lineage, epoch: sample.epoch, from: sample.ended, to: sample.sent } : undefined
    }
    if (open !== undefined) reigns.push({ region, ...open })
  }
  return reigns.filter(({ from, to }) => from < to)
}

function lateAcknowledgements(writes: readonly Write[]): string[] {
  const acknowledged = writes.filter((write) => write.outcome === 'acknowledged' && write.epoch !== null)
  const byEnd = [...acknowledged].sort((a, b) => a.ended - b.ended)
  const bySent = [...acknowledged].sort((a, b) => a.sent - b.sent)
  const late: string[] = []
  let newest = 0
  let next = 0
  for (const write of bySent) {
    while (next < byEnd.length && byEnd[next]!.ended < write.sent) newest = Math.max(newest, byEnd[next++]!.epoch!)
    if (write.epoch! < newest) {
      late.push(`write ${write.number} was acknowledged in epoch ${write.epoch} after one in epoch ${newest} had been`)
    }
  }
  return late
}
