import type { InstanceState, RegionRole, RegionState } from '../../model/region-state.ts'
import type { Version } from '../../model/version.ts'
import type { Judgement } from './automatic/rules.ts'
import type { Follower } from './follower.ts'
import type { Hold } from './hold.ts'
import type { Leadership } from './leadership.ts'
import type { Lease } from './lease.ts'
import type { PeerLink } from './peer-link.ts'
import type { DatabaseFacts, RegionSettings } from './region-context.ts'

/** All that a region's leader knows of its region. */
export interface RegionFacts {
  readonly settings: RegionSettings
  readonly role: RegionRole
  readonly reason: string
  readonly history: { readonly lineage: string | null; readonly epoch: number; readonly writer: string | null }
  readonly version: Version
  readonly hash: string | null
  readonly groups: Readonly<Record<string, string>>
  readonly lease: Lease
  readonly link: PeerLink | null
  readonly leadership: Leadership | undefined
  readonly follower: Follower | undefined
  readonly database: DatabaseFacts
  readonly hold: Hold | null
  /** Absent where every move is an operator's, or none is to be made. */
  readonly automatic: Judgement | undefined
  readonly instances: readonly InstanceState[]
  readonly peerInstances: readonly InstanceState[]
}

/** What `GET /antipode/region` tells, at this moment. */
export function reportRegion(facts: RegionFacts): RegionState {
  const { settings, role, reason, history, version, lease, link, leadership, follower, database } = facts
  const { reachable, inRecovery, lsn, streaming, systemIdentifier, lag } = database
  const peer = link?.latest
  const alone = leadership?.alone ?? link === null
  // The lease runs out between two looks at it; a process that was just thawed must not claim it for a moment.
  const expired = role === 'active' && !alone && !lease.held
  return {
    region: settings.region,
    role: expired ? 'frozen' : role,
    reason: expired ? 'its lease has run out' : reason,
    ...history,
    revision: version.revision,
    hash: facts.hash,
    ...(Object.keys(facts.groups).length > 0 && { groups: facts.groups }),
    durability: alone || follower?.writerIsAlone ? 'local' : settings.commit,
    lease: alone || !leadership ? null : { ttl: lease.ttl / 1000, remaining: lease.remaining / 1000 },
    peer: link && {
      region: settings.peerRegion!,
      reachable: link.reachable,
      role: peer?.role ?? null,
      epoch: peer?.epoch ?? null,
      revision: peer?.revision ?? null,
    },
    lag,
    database: { reachable, inRecovery, lsn, streaming, systemIdentifier },
    hold: facts.hold,
    ...(facts.automatic && { automatic: { ready: facts.automatic.ready, reason: facts.automatic.reason } }),
    answered: follower?.answered ?? (leadership ? version : null),
    instances: facts.instances,
    peerInstances: role === 'standby' ? [] : facts.peerInstances,
  }
}
