import { latestDrill } from '../posture/proof.ts'
import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

const FRESH_DAYS = 90

export const policy: Policy = {
  id: 'drill-is-fresh',
  severity: 'note',
  reason: 'A recovery that nobody has rehearsed for this very topology is a hope.',
  fix: 'Run a drill for it, and keep its report.',
  check: ({ topologies, drills, at }) =>
    topologies.flatMap(({ topology: { name }, hash }) => {
      const last = latestDrill(
        hash,
        drills.filter(({ verdict }) => verdict === 'PASS'),
      )
      const days = last && at ? (Date.parse(at) - Date.parse(last.started)) / 86_400_000 : 0
      if (last && days <= FRESH_DAYS) return []
      const message = last
        ? `its last passed drill is ${Math.floor(days)} days old`
        : 'no drill of this very topology has passed'
      return [{ message, region: GLOBAL, topology: name, path: 'objectives' }]
    }),
  fails: { at: '2026-11-21T00:00:00Z', drills: [{ verdict: 'PASS', started: '2026-06-01T00:00:00Z' }] },
  passes: { at: '2026-11-21T00:00:00Z', drills: [{ verdict: 'PASS', started: '2026-11-20T00:00:00Z' }] },
}
