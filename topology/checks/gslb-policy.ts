import { type Check, readServingPlaces } from './check.ts'

/**
 * The policy follows from who serves: the standby of a pair must not be answered while the primary serves, active
 * regions must, and so must edges and sites, beside which the standby is a place like any other.
 */
export const gslbPolicy: Check = (topology) => {
  const { mode, gslb } = topology
  const { policy, provider } = gslb ?? {}
  const pair = readServingPlaces(topology).every(({ place }) => 'role' in place && place.role !== 'edge')
  if (mode === undefined || policy === undefined) return []
  const path = 'gslb.policy'
  if (mode === 'active-passive' && !pair && policy === 'failover') {
    const text = `'failover' answers with the primary and the standby alone, and edges and sites serve too; write 'latency'`
    return [{ path, text }]
  }
  if (mode === 'active-passive' && pair && policy !== 'failover') {
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
