import type { Topology } from '../../../topology/index.ts'
import { PARTS } from '../../local/local-topology.ts'
import type { FaultPlan } from '../faults/fault-interface.ts'
import type { LosePlan } from '../faults/lose/fault.ts'
import type { PartitionPlan } from '../faults/partition/fault.ts'

/** What a network ACL does with what comes into its subnets. */
export interface AclRule {
  readonly action: 'allow' | 'deny'
  /** Of TCP; null: every protocol and port. */
  readonly port: number | null
  /** Where it comes from, CIDR. */
  readonly from: string
}

/** What becomes of one region's network, in the order in which it is done. */
export interface Denial {
  readonly region: string
  readonly rules: readonly AclRule[]
}

export const ANYWHERE = '0.0.0.0/0'
/** Where callers call a region's balancer, and where health checkers ask it; as the stacks have it. */
export const CALLER_PORT = 443
const CHECKED_PORT = 7085

/**
 * How a fault is done to what is deployed: by rules at the head of the region's network ACL. Those are stateless, so
 * that connections already open fall silent too, which those of security groups are not; they take effect for every
 * subnet at once, stop nothing and start nothing; and each is taken back by one call that is known beforehand.
 *
 * @returns or what to do instead, where it cannot be done so
 */
export function denialsOf(plan: FaultPlan, topology: Topology): readonly Denial[] | { readonly instead: string } {
  if (plan.fault === 'partition') return apart(plan as PartitionPlan, topology)
  if (plan.fault !== 'lose') return { instead: INSTEAD[plan.fault] ?? 'rehearse it' }
  const { region, parts } = plan as LosePlan
  const within: AclRule = { action: 'allow', port: null, from: topology.regions[region]?.network ?? '' }
  const silent = (port: number | null): AclRule => ({ action: 'deny', port, from: ANYWHERE })
  if (parts.length === PARTS.length) return [{ region, rules: [within, silent(null)] }]
  if (parts.join() === 'data-plane') {
    return [{ region, rules: [within, silent(CALLER_PORT), silent(CHECKED_PORT)] }]
  }
  return { instead: SHARED_SUBNETS }
}

/** One network takes nothing from the other: no answer comes back, so that nothing passes either way. */
function apart({ places, oneWay }: PartitionPlan, { regions }: Topology): ReturnType<typeof denialsOf> {
  const [region, other] = places
  if (oneWay) return { instead: 'without answers nothing passes the other way either; leave direction out' }
  if (!(region in regions && other in regions)) return { instead: WHOLE_REGIONS }
  return [{ region, rules: [{ action: 'deny', port: null, from: regions[other]?.network ?? '' }] }]
}

const WHOLE_REGIONS = 'a network ACL parts networks, not what is in one; name two regions'

const SHARED_SUBNETS =
  'control planes and the database share subnets, which a network ACL cannot part; write ways: [data-plane], or leave ways out for the whole region'

/** What is no live fault, and what can be done about the same worry. */
const INSTEAD: Readonly<Record<string, string>> = {
  'bad-config-pushed': 'rehearse it: nobody publishes what is known to be wrong to real callers',
  'certificate-expired': 'rehearse it: control planes of a deployment keep their own certificates',
  'clock-skew': 'rehearse it: nobody sets the clock of a task on Fargate',
  'crash-while-publishing': 'rehearse it: a live drill publishes nothing',
  'disk-full': 'rehearse it: what fills a database on RDS cannot be taken back by a call',
  dns: 'to see callers moved by hand, throw the switch: antipode failover --engine aws, without --yes, says how',
  drift: 'rehearse it, or look for real drift: antipode diff',
  freeze: 'nobody stops a task on Fargate in mid-air; lose falls silent in the same way, and is undone',
  lossy: 'rehearse it: a network ACL drops everything or nothing',
  'lost-slot': 'rehearse it: RDS keeps the slots of its replicas to itself',
  'operator-cut-off': 'rehearse it: a live drill has no operator who could be cut off',
  slow: 'rehearse it: nothing that AWS deploys here delays packets',
  'stale-config': 'rehearse it: a real database is not put back by some seconds',
  'thundering-herd': 'rehearse it, or lose the whole region: its data planes reconnect when that is undone',
  'upgrade-database': 'rehearse it, and then upgrade: a live drill moves no right to write',
  'upstream-region-lost': 'rehearse it: the upstreams of a deployment are not the drill’s to stop',
}

/** `deny TCP 443 from 0.0.0.0/0`. */
export function describeRule({ action, port, from }: AclRule): string {
  return `${action} ${port === null ? 'everything' : `TCP ${port}`} from ${from}`
}
