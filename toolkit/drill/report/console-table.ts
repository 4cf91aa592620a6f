import type { VerdictName } from '../verdict/judge.ts'
import type { DrillReport } from './drill-report.ts'
import { figure, marginOrNote } from './figures.ts'

const HEADER = ['objective', 'promised', 'predicted', 'measured', 'margin']
const COLORS: Readonly<Record<VerdictName, number>> = { PASS: 32, FAIL: 31, ABORTED: 33, INCONCLUSIVE: 33 }

/** The objectives and the verdict, as a drill ends on a terminal. */
export function renderConsole(report: DrillReport, reportFile: string, color: boolean): string {
  const paint = (code: number, text: string) => (color ? `\u001b[1;${code}m${text}\u001b[0m` : text)
  const rows = report.objectives.map((objective) => {
    const { name, unit, promised, predicted, measured } = objective
    const note = marginOrNote(objective)
    return [name, figure(promised, unit), figure(predicted, unit), figure(measured, unit), note]
  })
  const table = [HEADER, ...rows].map(([name, promised, predicted, measured, last]) => {
    const aside = /^\d+ %$/.test(last!)
      ? last!.padStart(8)
      : last === 'margin'
        ? last.padStart(8)
        : `  ${last!.startsWith('of ') ? `(${last})` : last}`
    return `  ${name!.padEnd(22)}${promised!.padStart(9)}${predicted!.padStart(12)}${measured!.padStart(11)} ${aside}`.trimEnd()
  })
  const reasons = report.reasons.map((reason) => `    ${reason}`)
  const verdict = `  ${paint(COLORS[report.verdict], report.verdict)}   report: ${reportFile}`
  return ['', ...table, '', verdict, ...reasons].join('\n')
}
