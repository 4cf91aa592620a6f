import { recoveryBound } from '../recovery-bound.ts'
import { type Check, readGslb } from './check.ts'
import { fasterGslb } from './faster-gslb.ts'

/** The promised recovery time must be one that check interval, threshold, TTL and client tail can reach. */
export const recoveryObjective: Check = (topology) => {
  const gslb = readGslb(topology)
  const rto = topology.objectives?.rto
  if (!gslb || !rto) return []
  const bound = recoveryBound({ gslb })
  if (bound.total.milliseconds <= rto.milliseconds) return []
  const change = fasterGslb(gslb, 'total', rto)
  const promise = `promise ${bound.total}`
  const text = `${rto} cannot be met: ${bound.arithmetic};\n${change ? `${change}, or ${promise}` : promise}`
  return [{ path: 'objectives.rto', text }]
}
