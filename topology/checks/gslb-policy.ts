import type { Check } from './check.ts'

/** The policy follows from the mode: a standby must not be answered while the primary serves, active regions must. */
export const gslbPolicy: Check = ({ mode, gslb }) => {
  const policy = gslb?.policy
  if (mode === undefined || policy === undefined) return []
  if (mode === 'active-passive' && policy === 'latency') {
    return [
      { path: 'gslb.policy', text: `'latency' would send callers to the standby; in active-passive it is 'failover'` },
    ]
  }
  if (mode === 'active-active' && policy === 'failover') {
    return [{ path: 'gslb.policy', text: `'failover' needs a primary; in active-active it is 'latency'` }]
  }
  return []
}
