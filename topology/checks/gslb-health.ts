import type { Problem } from '../problem.ts'
import type { Check } from './check.ts'

/** Longest interval of a Cloudflare monitor, in seconds. */
const LONGEST_CLOUDFLARE_INTERVAL = 3_600

/**
 * Each vendor checks at intervals of its own: Route 53 every 10 or every 30 seconds, nothing else; Cloudflare every 15
 * to 3600, or from 10 with the plan `enterprise` (developers.cloudflare.com/load-balancing/reference/limitations). What
 * an accelerator takes is `acceleratorHealth`'s.
 */
export const gslbHealth: Check = ({ gslb }) => {
  const interval = gslb?.health?.interval
  const problem = (text: string): Problem[] => [{ path: 'gslb.health.interval', text }]
  if (interval === undefined) return []
  if (gslb?.provider === 'route53' && interval.seconds !== 10 && interval.seconds !== 30) {
    return problem(`${interval} is no interval of Route 53; write seconds(10) or seconds(30)`)
  }
  if (gslb?.provider !== 'cloudflare') return []
  const plan = gslb.cloudflare?.plan ?? 'pay-as-you-go'
  const shortest = plan === 'enterprise' ? 10 : 15
  const whole = Number.isInteger(interval.seconds)
  if (whole && interval.seconds >= shortest && interval.seconds <= LONGEST_CLOUDFLARE_INTERVAL) return []
  const text = `${interval} is no interval of Cloudflare's plan '${plan}'; write whole seconds from ${shortest} to ${LONGEST_CLOUDFLARE_INTERVAL}`
  return problem(text)
}
