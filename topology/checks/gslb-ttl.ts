import type { Problem } from '../problem.ts'
import { answersByDns } from '../recovery-bound.ts'
import { type Check, readGslb } from './check.ts'
import { SHORTEST_CLOUDFLARE_TTL } from './faster-gslb.ts'

const LONGEST = 86_400

/**
 * A TTL is a whole number of seconds; one over a day can only be a mistake, since callers would stay away so long, and
 * one over the RTO breaks the promise by itself. Cloudflare names no bound for a load balancer's; of DNS records it
 * takes 30 s and more (developers.cloudflare.com/dns/manage-dns-records/reference/ttl), which is relied on.
 */
export const gslbTtl: Check = (topology) => {
  const problems: Problem[] = []
  const { ttl, clientTail, provider } = topology.gslb ?? {}
  const rto = topology.objectives?.rto
  const gslb = readGslb(topology)
  const counts = gslb !== undefined && answersByDns(gslb)
  if (ttl && (!Number.isInteger(ttl.seconds) || ttl.seconds < 1 || ttl.seconds > LONGEST)) {
    problems.push({ path: 'gslb.ttl', text: `${ttl} cannot be a TTL; write whole seconds from 1 to ${LONGEST}` })
  }
  if (ttl && counts && rto && ttl.milliseconds > rto.milliseconds) {
    const text = `${ttl} is past the RTO of ${rto}: resolvers would keep a lost region's address longer; write less`
    problems.push({ path: 'gslb.ttl', text })
  }
  if (ttl && counts && provider === 'cloudflare' && ttl.seconds < SHORTEST_CLOUDFLARE_TTL) {
    const text = `${ttl} is less than Cloudflare takes; write seconds(${SHORTEST_CLOUDFLARE_TTL}) or more, or proxied: true`
    problems.push({ path: 'gslb.ttl', text })
  }
  if (clientTail && clientTail.seconds > LONGEST) {
    problems.push({
      path: 'gslb.clientTail',
      text: `${clientTail} is over a day; write how long callers keep an answer`,
    })
  }
  return problems
}
