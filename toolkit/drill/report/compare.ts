import type { DrillReport, ReportedObjective } from './drill-report.ts'
import { figure } from './figures.ts'

/** One objective in two runs. */
export interface ComparedObjective {
  readonly name: string
  readonly unit: ReportedObjective['unit']
  readonly promised: readonly [number | null, number | null]
  readonly measured: readonly [number | null, number | null]
  /** Second minus first; null where either measured nothing. */
  readonly change: number | null
}

export interface Comparison {
  readonly runs: readonly [ComparedRun, ComparedRun]
  /** What keeps the two from being measurements of one thing, a sentence each. */
  readonly differences: readonly string[]
  readonly objectives: readonly ComparedObjective[]
  /** Parts of the critical path, in seconds. */
  readonly criticalPath: readonly { readonly part: string; readonly seconds: readonly [number | null, number | null] }[]
}

export interface ComparedRun {
  readonly started: string
  readonly verdict: DrillReport['verdict']
  readonly commit: string | null
}

/** Puts an earlier and a later run side by side. */
export function compareReports(before: DrillReport, after: DrillReport): Comparison {
  const both = <T>(read: (report: DrillReport) => T): [T, T] => [read(before), read(after)]
  const names = [...new Set(both(({ objectives }) => objectives.map(({ name }) => name)).flat())]
  const parts = [...new Set(both(({ criticalPath }) => criticalPath.map(({ part }) => part)).flat())]
  return {
    runs: both(({ started, verdict, environment }) => ({ started, verdict, commit: environment.commit })),
    differences: differencesOf(before, after),
    objectives: names.map((name) => {
      const [first, second] = both(({ objectives }) => objectives.find((objective) => objective.name === name))
      const measured = [first?.measured ?? null, second?.measured ?? null] as const
      const change = measured[0] === null || measured[1] === null ? null : measured[1] - measured[0]
      const promised = [first?.promised ?? null, second?.promised ?? null] as const
      return { name, unit: (first ?? second)!.unit, promised, measured, change }
    }),
    criticalPath: parts.map((part) => ({
      part,
      seconds: both(({ criticalPath }) => criticalPath.find((step) => step.part === part)?.seconds ?? null),
    })),
  }
}

/** For a terminal. */
export function renderComparison({ runs, differences, objectives, criticalPath }: Comparison): string {
  const day = ({ started }: ComparedRun) => started.slice(0, 16).replace('T', ' ')
  const row = (cells: readonly string[]) =>
    `  ${cells[0]!.padEnd(44)}${cells
      .slice(1)
      .map((cell) => cell.padStart(18))
      .join('')}`
  return [
    row(['', ...runs.map(day), 'change']),
    row(['verdict', ...runs.map(({ verdict }) => verdict), '']),
    row(['commit', ...runs.map(({ commit }) => commit?.slice(0, 12) ?? '–'), '']),
    ...objectives.map(({ name, unit, measured, change }) =>
      row([name, ...measured.map((value) => figure(value, unit)), signed(change, figure(Math.abs(change ?? 0), unit))]),
    ),
    ...criticalPath.map(({ part, seconds }) => {
      const [first, second] = seconds
      const change = first === null || second === null ? null : second - first
      const cells = seconds.map((value) => figure(value, 'seconds'))
      return row([`  ${part}`, ...cells, signed(change, figure(Math.abs(change ?? 0), 'seconds'))])
    }),
    ...differences.map((difference) => `\n  ${difference}`),
  ]
    .map((line) => line.trimEnd())
    .join('\n')
}

function signed(change: number | null, size: string): string {
  if (change === null) return '–'
  return change === 0 ? '±0' : `${change < 0 ? '−' : '+'}${size}`
}

function differencesOf(before: DrillReport, after: DrillReport): string[] {
  const differences: string[] = []
  if (before.drill.name !== after.drill.name) {
    differences.push(`These are two drills: ${before.drill.name} and ${after.drill.name}.`)
  }
  if (before.drill.topologyHash !== after.drill.topologyHash) {
    differences.push('The topology differs, so what was predicted and promised may too.')
  }
  if (before.environment.machine !== after.environment.machine) {
    differences.push(`The machines differ: ${before.environment.machine}; ${after.environment.machine}.`)
  }
  return differences
}
