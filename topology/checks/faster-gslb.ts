import { Duration } from '../duration.ts'
import { answersByDns, type BoundGslb, recoveryBound } from '../recovery-bound.ts'

const FAST = new Duration(10_000)
/** Of Cloudflare's plan `pay-as-you-go`. */
const FAST_WITHOUT_ENTERPRISE = new Duration(15_000)
/** The shortest TTL that Cloudflare documents, in seconds. */
export const SHORTEST_CLOUDFLARE_TTL = 30

/**
 * The first change that brings a part of the recovery bound within `limit`: the threshold, the interval or the TTL
 * alone, then interval and threshold together. `gslb.health.threshold 1 gives 41 s`; undefined where none does.
 */
export function fasterGslb(gslb: BoundGslb, part: 'detection' | 'total', limit: Duration): string | undefined {
  const { interval, threshold } = gslb.health
  // A balancer, which decides behind an accelerator, takes no threshold of 1.
  const fewest = gslb.provider === 'accelerator' ? 2 : 1
  const paysAsItGoes = gslb.provider === 'cloudflare' && gslb.cloudflare?.plan !== 'enterprise'
  const fast = paysAsItGoes ? FAST_WITHOUT_ENTERPRISE : FAST
  const shortest = gslb.provider === 'cloudflare' ? SHORTEST_CLOUDFLARE_TTL : 1
  const lower = Array.from({ length: threshold - 1 }, (_, index) => threshold - 1 - index).filter((it) => it >= fewest)
  const withHealth = (interval: Duration, threshold: number): BoundGslb => ({
    ...gslb,
    health: { interval, threshold },
  })
  const spare = limit.seconds - recoveryBound({ gslb: { ...gslb, ttl: new Duration(0) } }).total.seconds
  const ttl = new Duration(Math.max(shortest, Math.floor(spare)) * 1_000)
  const candidates: [string, BoundGslb][] = [
    ...lower.map((fewer): [string, BoundGslb] => [`gslb.health.threshold ${fewer}`, withHealth(interval, fewer)]),
    [`gslb.health.interval ${fast}`, withHealth(fast, threshold)],
    ...(answersByDns(gslb) ? [[`gslb.ttl ${ttl}`, { ...gslb, ttl }] as [string, BoundGslb]] : []),
    ...lower.map((fewer): [string, BoundGslb] => {
      return [`gslb.health.interval ${fast} with threshold ${fewer}`, withHealth(fast, fewer)]
    }),
  ]
  for (const [change, changed] of candidates) {
    const reached = recoveryBound({ gslb: changed })[part]
    if (reached.milliseconds <= limit.milliseconds) return `${change} gives ${reached}`
  }
  return undefined
}
