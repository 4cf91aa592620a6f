import type { VerdictName } from '../verdict/judge.ts'
import type { DrillReport } from './drill-report.ts'
import { figure } from './figures.ts'

/** What came of one drill of a folder. */
export interface LibraryRun {
  readonly file: string
  readonly claim: string
  /** `REFUSED`: it was not started; `sentence` says why. `NOT RUN`: its turn has not come. */
  readonly verdict: VerdictName | 'REFUSED' | 'NOT RUN'
  readonly sentence: string
  readonly report: DrillReport | null
}

/**
 * A page with every drill of a folder, what it claims, and what its last run measured.
 *
 * @param command by which it was written
 */
export function renderLibrary(folder: string, runs: readonly LibraryRun[], command: string): string {
  const first = runs.find(({ report }) => report !== null)?.report
  const machine = first?.environment.machine ?? 'nothing'
  const commits = runs.flatMap(({ report }) => report?.environment.commit?.slice(0, 12) ?? [])
  const commit = [...new Set(commits)].join(' and ') || 'unknown'
  const count = (verdict: LibraryRun['verdict']) => runs.filter((run) => run.verdict === verdict).length
  const counts = (['PASS', 'FAIL', 'ABORTED', 'INCONCLUSIVE', 'REFUSED', 'NOT RUN'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`)
  const minutes = runs.reduce((sum, { report }) => sum + (report?.took ?? 0), 0) / 60
  const rows = runs.map(({ file, claim, verdict, sentence, report }) => {
    const name = `[${file.replace(/\.ya?ml$/, '')}](../${folder}/${file})`
    return [name, claim || sentence, verdict, without(report), held(report), lost(report)].map(cell)
  })
  return [
    '# The drills that are ready',
    '',
    `Every drill of \`${folder}/\`, with the claim that it tests and what its last run measured. How a drill works, and how to`,
    'write one, is in [Rehearse the loss of a region](drill.md).',
    '',
    'This page is written by a run of all of them, one after the other:',
    '',
    '```sh',
    command,
    '```',
    '',
    `Last run: ${first?.started.slice(0, 10) ?? 'never'}, commit ${commit}, ${machine}; ${counts.join(', ')} in ${minutes.toFixed(0)} minutes.`,
    '',
    table([
      [
        'drill',
        'claim',
        'verdict',
        'callers without service',
        'longest without an acknowledged write',
        'acknowledged writes lost',
      ],
      ...rows,
    ]),
    '',
  ].join('\n')
}

function without(report: DrillReport | null): string {
  const rto = report?.objectives.find(({ name }) => name === 'RTO (callers)')
  return rto === undefined ? '–' : figure(rto.measured, 'seconds')
}

function held(report: DrillReport | null): string {
  return report?.writes?.longestPause == null ? '–' : figure(report.writes.longestPause, 'seconds')
}

function lost(report: DrillReport | null): string {
  if (!report?.writes?.missing) return '–'
  const most = Math.max(0, ...report.writes.missing.map(({ ids }) => ids.length))
  return `${most} of ${report.writes.acknowledged}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`)
  return [head, `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...body].join('\n')
}
