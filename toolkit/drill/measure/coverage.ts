import type { Call, Probe } from './observations.ts'

/** A probe this much later than due leaves a gap. */
const LATE = 2

/** Longest share of the time, over vantage points and targets, in which no probe was sent; 0 to 1, 1 without any. */
export function probeGaps(
  probes: readonly Probe[],
  vantages: readonly string[],
  interval: number,
  from: number,
  to: number,
): number {
  const shares = vantages.map((vantage) => {
    const targets = new Map<string, number[]>()
    for (const probe of probes) {
      if (probe.vantage !== vantage || probe.sent < from || probe.sent > to) continue
      const target = `${probe.region} ${probe.part}`
      const sent = targets.get(target)
      if (sent === undefined) targets.set(target, [probe.sent])
      else sent.push(probe.sent)
    }
    if (targets.size === 0) return 1
    return Math.max(...[...targets.values()].map((sent) => gapShare(sent, interval, from, to)))
  })
  return shares.length === 0 ? 1 : Math.max(...shares)
}

function gapShare(sent: readonly number[], interval: number, from: number, to: number): number {
  const times = [from, ...sent.toSorted((a, b) => a - b), to]
  let missing = 0
  for (let index = 1; index < times.length; index++) {
    const pause = times[index]! - times[index - 1]!
    if (pause > LATE * interval) missing += pause - interval
  }
  return missing / Math.max(1, to - from)
}

/** Share of the calls that were due between two times and are not known; 0 to 1. */
export function callGaps(calls: readonly Call[], rate: number, from: number, to: number): number {
  const due = (rate * (to - from)) / 1_000
  const known = calls.filter(({ scheduled }) => scheduled >= from && scheduled < to).length
  return due <= 0 ? 0 : Math.max(0, 1 - known / due)
}
