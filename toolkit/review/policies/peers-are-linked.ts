import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'peers-are-linked',
  severity: 'refuse',
  reason: 'A writer that cannot reach its standby has nobody to confirm its writes.',
  fix: 'Link the regions: peering or transit-gateway.',
  check: ({ topologies }) =>
    topologies
      .filter(({ topology: { mode, links } }) => mode === 'active-passive' && links.kind === 'none')
      .map(({ topology: { name } }) => ({
        message: 'the pair has no link between its networks',
        region: GLOBAL,
        topology: name,
        path: 'links.kind',
      })),
  fails: { topology: { links: { kind: 'none' } } },
  passes: { topology: { links: { kind: 'peering' } } },
}
