import type { CommandContext } from '../../command.ts'
import { compareReports, renderComparison } from '../report/compare.ts'
import { renderConsole } from '../report/console-table.ts'
import { readReport, writeReport } from '../report/report-folder.ts'
import { REPORT_FORMATS } from '../spec/drill-spec.ts'
import { EXIT_CODES } from '../verdict/judge.ts'

/** `drill report`: the verdict again, with its exit code; every format is rendered anew. */
export async function reportCommand(folder: string, context: CommandContext): Promise<number> {
  const report = await readReport(folder)
  const shown = await writeReport(folder, report, REPORT_FORMATS)
  context.say(`${report.drill.topology} · ${report.drill.name}\n\n  ${report.sentence}`)
  context.say(renderConsole(report, shown, context.color))
  context.result(report)
  return EXIT_CODES[report.verdict]
}

/** `drill report <folder> --compare <earlier>`: two runs side by side, the earlier first; the exit code of the later. */
export async function compareCommand(folder: string, earlier: string, context: CommandContext): Promise<number> {
  const [before, after] = [await readReport(earlier), await readReport(folder)]
  const comparison = compareReports(before, after)
  context.say(`${after.drill.topology} · ${after.drill.name}\n`)
  context.say(renderComparison(comparison))
  context.result(comparison)
  return EXIT_CODES[after.verdict]
}
