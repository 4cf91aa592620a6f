import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JournalLine } from '../../../../toolkit/drill/journal.ts'
import { assembleReport } from '../../../../toolkit/drill/report/assemble-report.ts'
import { renderChartFile } from '../../../../toolkit/drill/report/chart.ts'
import { compareReports, renderComparison } from '../../../../toolkit/drill/report/compare.ts'
import { renderConsole } from '../../../../toolkit/drill/report/console-table.ts'
import { renderHtml } from '../../../../toolkit/drill/report/html.ts'
import { renderJunit } from '../../../../toolkit/drill/report/junit.ts'
import { type LibraryRun, renderLibrary } from '../../../../toolkit/drill/report/library-page.ts'
import { renderMarkdown } from '../../../../toolkit/drill/report/markdown.ts'
import {
  earlierReports,
  makeReportFolder,
  readReport,
  writeReport,
} from '../../../../toolkit/drill/report/report-folder.ts'
import { judge } from '../../../../toolkit/drill/verdict/judge.ts'
import { recordedDrill } from '../recorded-drill.ts'

const GOLDEN = fileURLToPath(new URL('../../../golden/drills/report/', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'antipode-report-'))
after(() => rmSync(scratch, { recursive: true }))

const undo = [{ do: 'start', region: 'us-east-1', parts: ['database'] }] as const
const journal: JournalLine[] = [
  { at: '2026-11-21T10:02:21.000Z', id: 'lose-1', event: 'about-to', what: 'us-east-1: database killed', undo },
  { at: '2026-11-21T10:02:21.100Z', id: 'lose-1', event: 'done' },
  { at: '2026-11-21T10:03:00.000Z', id: 'lose-1', event: 'undone', by: 'drill' },
]

function report(evidence = recordedDrill(), earlier: Parameters<typeof assembleReport>[2]['earlier'] = []) {
  return assembleReport(evidence, judge(evidence), {
    started: '2026-11-21T10:02:11.000Z',
    took: 95.2,
    journal,
    environment: {
      commit: 'c0ffee',
      versions: { node: '22.23.3' },
      machine: '2 × a processor',
      command: 'antipode drill drills/lose-primary.yaml',
    },
    earlier,
  })
}

/** UPDATE_GOLDEN=1 writes the files. */
function golden(name: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN + name, actual)
  else assert.equal(actual, readFileSync(GOLDEN + name, 'utf8'))
}

test('Markdown', () => golden('report.md', renderMarkdown(report(), 'chart.svg')))
test('the chart', () => golden('chart.svg', renderChartFile(report())))
test('JUnit', () => golden('report.xml', renderJunit(report())))
test('HTML', () => golden('report.html', renderHtml(report())))
test('what a terminal shows', () =>
  golden('console.txt', `${renderConsole(report(), 'drills/reports/x/report.html', false)}\n`))

test('the HTML is one file that asks nothing of the network and runs nothing', () => {
  const html = renderHtml(report())
  assert.doesNotMatch(html, /<script|<link|<img|@import|url\(|src=/)
  assert.doesNotMatch(html.replaceAll('http://www.w3.org/2000/svg', ''), /https?:/)
})

test('the verdict comes first, then objectives, loss, path, requests, configuration, answers, undo, origin, next', () => {
  const html = renderHtml(report())
  const order = [
    'class="verdict PASS"',
    'What was promised',
    'Every call, second by second',
    'Where the time went',
    'Every request accounted for',
    'error budget was burned',
    'Which configuration each region served',
    'What each vantage point was answered',
    'Undo log',
    'Made with',
    'Next',
  ]
  const places = order.map((text) => html.indexOf(text))
  assert.ok(
    places.every((place, index) => place > (places[index - 1] ?? 0)),
    places.join(),
  )
})

test('text of others cannot become markup', () => {
  const evil = recordedDrill({ aborted: '<script>alert("x")</script>' })
  assert.doesNotMatch(renderHtml(report(evil)), /<script>/)
  assert.doesNotMatch(renderJunit(report(evil)), /<script>/)
})

test('the longest part of the critical path is named', () => {
  assert.match(renderMarkdown(report(), 'chart.svg'), /18\.0 s: the health check notices \*\*← the longest\*\*/)
})

test('a drill without a failed call has no path and no shaded outage', () => {
  const { marks } = recordedDrill()
  const calm = report(recordedDrill({ marks: { ...marks, t1: null } }))
  assert.deepEqual(calm.criticalPath, [])
  assert.doesNotMatch(renderChartFile(calm), /class="outage"/)
})

test('reports are read back, and the last five runs of the same drill stand beside this one', async () => {
  const reports = join(scratch, 'reports')
  for (let run = 0; run < 7; run++) {
    const folder = await makeReportFolder(reports, new Date(Date.UTC(2026, 10, 21, 10, run)))
    await writeReport(folder, { ...report(), took: run }, ['html', 'markdown', 'junit'])
    assert.equal((await readReport(folder)).took, run)
  }
  const earlier = await earlierReports(reports, 'lose-us-east-1', 5)
  assert.deepEqual(
    earlier.map(({ took }) => took),
    [6, 5, 4, 3, 2],
  )
  assert.deepEqual(await earlierReports(reports, 'another', 5), [])
  assert.deepEqual(report(recordedDrill(), earlier).objectives[0]?.earlier, [18, 18, 18, 18, 18])
})

test('two reports of one second have two folders', async () => {
  const now = new Date(Date.UTC(2026, 0, 1))
  const folders = [await makeReportFolder(scratch, now), await makeReportFolder(scratch, now)]
  assert.deepEqual(
    folders.map((folder) => folder.slice(scratch.length + 1)),
    ['2026-01-01T00-00-00', '2026-01-01T00-00-00-2'],
  )
})

test('a folder without a report is named', async () => {
  await assert.rejects(readReport(scratch), { code: 'USAGE', message: /holds no report/ })
})

test('earlier runs are drawn as a line that ends in this one', () => {
  const earlier = [{ ...report(), objectives: report().objectives.map((one) => ({ ...one, measured: 30 })) }]
  const html = renderHtml(report(recordedDrill(), earlier))
  const first = html.match(/<svg class="trend"[^>]*><polyline points="([^"]+)"\/><circle/)
  assert.equal(first?.[1]?.split(' ').length, 2)
  assert.doesNotMatch(renderHtml(report()), /class="trend"/, 'one run is no trend')
})

test('two runs are put side by side, with what keeps them from being one measurement', () => {
  const before = report()
  const slower = report(recordedDrill({ marks: { ...recordedDrill().marks, t5: 50_000 } }))
  const after = { ...slower, environment: { ...slower.environment, machine: '8 × another' } }
  const comparison = compareReports(before, after)
  const rto = comparison.objectives.find(({ name }) => name === 'RTO (callers)')!
  assert.equal(rto.change, rto.measured[1]! - rto.measured[0]!)
  assert.ok(rto.change! > 0)
  assert.deepEqual(comparison.differences, ['The machines differ: 2 × a processor; 8 × another.'])
  const text = renderComparison(comparison)
  assert.match(text, /RTO \(callers\) +\d+\.\d s +\d+\.\d s +\+\d+\.\d s/)
  assert.match(text, /verdict +PASS/)
  const other = { ...before, drill: { ...before.drill, name: 'another', topologyHash: 'x' } }
  assert.deepEqual(compareReports(before, other).differences, [
    'These are two drills: lose-us-east-1 and another.',
    'The topology differs, so what was predicted and promised may too.',
  ])
  assert.ok(compareReports(before, before).objectives.every(({ change }) => change === null || change === 0))
})

test('a page tells of every drill of a folder, also of those that could not be run', () => {
  const runs: LibraryRun[] = [
    { file: 'lose-primary.yaml', claim: 'It | holds.', verdict: 'PASS', sentence: 'It held.', report: report() },
    { file: 'disk-full.yaml', claim: '', verdict: 'REFUSED', sentence: 'needs root', report: null },
  ]
  const page = renderLibrary('drills', runs, 'npx antipode drill all drills')
  assert.match(page, /^npx antipode drill all drills$/m)
  assert.match(page, /Last run: 2026-11-21, commit c0ffee, 2 × a processor; 1 PASS, 1 REFUSED in 2 minutes\./)
  assert.match(
    page,
    /^\| \[lose-primary\]\(\.\.\/drills\/lose-primary\.yaml\) \| It \\\| holds\. \| PASS \| \d+\.\d s \| 30\.0 s \| 0 of 2 \|$/m,
  )
  assert.match(page, /^\| \[disk-full\]\(\.\.\/drills\/disk-full\.yaml\) \| needs root \| REFUSED \| – \| – \| – \|$/m)
})
