import type { Problem } from '../problem.ts'
import type { Check } from './check.ts'

const LONGEST = 86_400

/** A TTL is a whole number of seconds; one over a day can only be a mistake, since callers would stay away so long. */
export const gslbTtl: Check = ({ gslb }) => {
  const problems: Problem[] = []
  const { ttl, clientTail } = gslb ?? {}
  if (ttl && (!Number.isInteger(ttl.seconds) || ttl.seconds < 1 || ttl.seconds > LONGEST)) {
    problems.push({ path: 'gslb.ttl', text: `${ttl} cannot be a TTL; write whole seconds from 1 to ${LONGEST}` })
  }
  if (clientTail && clientTail.seconds > LONGEST) {
    problems.push({
      path: 'gslb.clientTail',
      text: `${clientTail} is over a day; write how long callers keep an answer`,
    })
  }
  return problems
}
