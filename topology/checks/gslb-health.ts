import type { Check } from './check.ts'

/** Route 53 checks every 10 or every 30 seconds, nothing else. */
export const gslbHealth: Check = ({ gslb }) => {
  if (gslb?.provider === 'accelerator') return []
  const interval = gslb?.health?.interval
  if (interval === undefined || interval.seconds === 10 || interval.seconds === 30) return []
  const text = `${interval} is no interval of Route 53; write seconds(10) or seconds(30)`
  return [{ path: 'gslb.health.interval', text }]
}
