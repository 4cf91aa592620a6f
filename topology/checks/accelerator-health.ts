import type { Problem } from '../problem.ts'
import type { Check } from './check.ts'

/** Behind an accelerator a region's own balancer decides, within its own bounds. */
export const acceleratorHealth: Check = ({ gslb }) => {
  if (gslb?.provider !== 'accelerator') return []
  const problems: Problem[] = []
  const { interval, threshold } = gslb.health ?? {}
  if (interval && (!Number.isInteger(interval.seconds) || interval.seconds < 5 || interval.seconds > 300)) {
    const text = `${interval} is no interval of a balancer; write whole seconds from 5 to 300`
    problems.push({ path: 'gslb.health.interval', text })
  }
  if (threshold !== undefined && threshold < 2) {
    problems.push({ path: 'gslb.health.threshold', text: `${threshold} is no threshold of a balancer; write 2 to 10` })
  }
  return problems
}
