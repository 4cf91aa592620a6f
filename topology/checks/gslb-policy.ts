import type { Check } from './check.ts'

/** The policy follows from the mode: a standby must not be answered while the primary serves, active regions must. */
export const gslbPolicy: Check = ({ mode, gslb }) => {
  const { policy, provider } = gslb ?? {}
  if (mode === undefined || policy === undefined) return []
  const path = 'gslb.policy'
  if (mode === 'active-passive' && policy !== 'failover') {
    return [{ path, text: `'${policy}' would send callers to the standby; in active-passive it is 'failover'` }]
  }
  if (mode === 'active-active' && policy === 'failover') {
    return [{ path, text: `'failover' needs a primary; in active-active it is 'latency'` }]
  }
  if (provider === 'accelerator' && (policy === 'geolocation' || policy === 'weighted')) {
    const text = `'${policy}' is nothing an accelerator does; write 'latency', or provider 'route53'`
    return [{ path, text }]
  }
  return []
}
