import { defineTopology, seconds } from '../../topology/index.ts'
import { topology as attended } from './active-passive.ts'

/**
 * The pair of `active-passive.ts` and the same stacks, but its standby takes over without an operator once it has heard
 * nothing for 5 s.
 */
export const topology = defineTopology({
  ...attended,
  failover: { automatic: { after: seconds(5) } },
})
