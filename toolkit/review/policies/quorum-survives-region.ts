import { quorum } from '../posture/capacity.ts'
import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'quorum-survives-region',
  severity: 'refuse',
  reason: 'An acknowledged write has to be in two regions, or losing one loses it or stops all writing.',
  fix: 'Give the topology a standby with a database of its own, and commit: confirmed.',
  check: ({ topologies }) =>
    topologies
      .filter(({ topology }) => topology.mode === 'active-passive' && quorum(topology).margin < 1)
      .map(({ topology: { name, database } }) => ({
        message: `writes are acknowledged with commit: ${database.commit}, so the writer’s region alone holds the last of them`,
        region: GLOBAL,
        topology: name,
        path: 'database.commit',
      })),
  fails: { topology: { database: { commit: 'local' } } },
  passes: { topology: { database: { commit: 'confirmed' } } },
}
