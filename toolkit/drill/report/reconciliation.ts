import type { DrillReport } from './drill-report.ts'
import { sinceFault } from './figures.ts'

/** What the operator of independent regions did, in order, for a table: when, where, and what; one line a list item. */
export interface ReconciliationStep {
  readonly when: string
  readonly where: string
  readonly what: readonly string[]
}

/** Lines that a reader takes in; a region that was away may lack hundreds of resources. */
const MOST_LINES = 6

/** Empty where one region writes. */
export function reconciliationSteps({ reconciliation, marks }: DrillReport): ReconciliationStep[] {
  if (!reconciliation) return []
  const { change, rounds } = reconciliation
  const when = (second: number | null) => sinceFault(second, marks.t0)
  const changed: ReconciliationStep[] = change
    ? [
        { when: when(change.at), where: change.taken.join(', ') || 'nowhere', what: ['changed by antipode sync'] },
        ...change.missed.map((where) => ({ when: when(change.at), where, what: ['missed it: out of reach'] })),
      ]
    : []
  const healed = rounds.flatMap(({ foundAt, found, healedAt }): ReconciliationStep[] => {
    if (foundAt === null) return [{ when: '–', where: 'every region', what: ['could not be compared with the files'] }]
    if (found.length === 0) return [{ when: when(foundAt), where: 'every region', what: ['found equal to the files'] }]
    const drift = found.map(({ region, resources }) => {
      return { when: when(foundAt), where: region, what: ['found by antipode diff:', ...someOf(resources)] }
    })
    const end = healedAt === null ? 'never made equal to the files' : 'made equal to the files by antipode sync'
    return [...drift, { when: when(healedAt), where: 'every region', what: [end] }]
  })
  return [...changed, ...healed]
}

function someOf(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines]
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more, all of them in report.json`]
}

/** What versions and hashes of regions say of each other. */
export function aboutVersions({ drill }: DrillReport): string {
  return drill.mode === 'active-active'
    ? 'Version (epoch, revision) and content hash at the end of each phase. Every region counts versions of its own, in a lineage of its own; equal hashes are equal configurations.'
    : 'Version (epoch, revision) and content hash at the end of each phase. A new epoch begins whenever another region takes over writing.'
}
