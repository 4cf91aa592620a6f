import { recoveryBound } from '../recovery-bound.ts'
import { type Check, readGslb } from './check.ts'
import { fasterGslb } from './faster-gslb.ts'

/** The promised detection time must be one that check interval and threshold can reach, and lie within the RTO. */
export const detectionObjective: Check = (topology) => {
  const { detect, rto } = topology.objectives ?? {}
  const gslb = readGslb(topology)
  if (!detect || !rto || !gslb) return []
  const path = 'objectives.detect'
  if (detect.milliseconds > rto.milliseconds) {
    return [{ path, text: `${detect} is past the RTO of ${rto}; promise ${rto} or less` }]
  }
  const { detection, detectionArithmetic } = recoveryBound({ gslb })
  // Where no detection time was promised it equals the RTO, whose own rule reports what cannot be met.
  if (detection.milliseconds <= detect.milliseconds || detect.milliseconds === rto.milliseconds) return []
  const change = fasterGslb(gslb, 'detection', detect)
  const promise = `promise ${detection}`
  return [
    {
      path,
      text: `${detect} cannot be met: ${detectionArithmetic};\n${change ? `${change}, or ${promise}` : promise}`,
    },
  ]
}
