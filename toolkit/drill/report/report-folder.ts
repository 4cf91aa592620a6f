import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Call } from '../measure/observations.ts'
import type { ReportFormat } from '../spec/drill-spec.ts'
import { renderChartFile } from './chart.ts'
import type { DrillReport } from './drill-report.ts'
import { renderHtml } from './html.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'

const JSON_FILE = 'report.json'
const CHART_FILE = 'chart.svg'

/** A folder for this run's report: `<reports>/2026-11-21T10-02-11`. */
export async function makeReportFolder(reports: string, now: Date): Promise<string> {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
  for (let count = 1; ; count++) {
    const folder = join(reports, count === 1 ? stamp : `${stamp}-${count}`)
    if (existsSync(folder)) continue
    await mkdir(folder, { recursive: true })
    return folder
  }
}

/** Writes the report in each format; `report.json` and the chart always, since the others are made of them. */
export async function writeReport(
  folder: string,
  report: DrillReport,
  formats: readonly ReportFormat[],
): Promise<string> {
  const files: Record<string, string> = {
    [JSON_FILE]: `${JSON.stringify(report, null, 2)}\n`,
    [CHART_FILE]: renderChartFile(report),
  }
  if (formats.includes('html')) files['report.html'] = renderHtml(report)
  if (formats.includes('markdown')) files['report.md'] = renderMarkdown(report, CHART_FILE)
  if (formats.includes('junit')) files['report.xml'] = renderJunit(report)
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
  const shown = ['report.html', 'report.md'].find((name) => name in files) ?? JSON_FILE
  return join(folder, shown)
}

/** Every call of the drill, one a line, for those who want to measure again. Times are seconds since the first. */
export async function writeCalls(folder: string, calls: readonly Call[], began: number): Promise<void> {
  const since = (moment: number) => ((moment - began) / 1_000).toFixed(4)
  const rows = calls.map(({ vantage, cohort, scheduled, sent, ended, dialled, answered, status, outcome }) => {
    return [
      since(scheduled),
      since(sent),
      since(ended),
      vantage,
      cohort,
      dialled ?? '',
      answered ?? '',
      status,
      outcome,
    ].join()
  })
  const header = 'scheduled,sent,ended,vantage,cohort,dialled,answered,status,outcome'
  await writeFile(join(folder, 'calls.csv'), [header, ...rows, ''].join('\n'))
}

/**
 * The report of one folder.
 * @throws AntipodeError USAGE when there is none
 */
export async function readReport(folder: string): Promise<DrillReport> {
  let report: DrillReport
  try {
    report = JSON.parse(await readFile(join(folder, JSON_FILE), 'utf8')) as DrillReport
  } catch (error) {
    throw new AntipodeError('USAGE', { reason: `${folder} holds no report: ${(error as Error).message}` })
  }
  if (report.format === 1) return report
  throw new AntipodeError('USAGE', { reason: `${folder}/${JSON_FILE} is not of a format that this version reads` })
}

/** Reports of the last runs of a drill that came to a verdict, newest first. What cannot be read is passed over. */
export async function earlierReports(reports: string, drill: string, most: number): Promise<DrillReport[]> {
  const folders = existsSync(reports) ? (await readdir(reports)).sort().reverse() : []
  const found: DrillReport[] = []
  for (const folder of folders) {
    if (found.length === most) break
    const report = await readReport(join(reports, folder)).catch(() => undefined)
    if (report?.drill.name === drill && ['PASS', 'FAIL'].includes(report.verdict)) found.push(report)
  }
  return found
}
