import { MARK_MEANINGS } from '../measure/clock-marks.ts'
import type { DrillReport } from './drill-report.ts'
import { figure, marginOrNote, shortHash, sinceFault } from './figures.ts'
import { aboutVersions, reconciliationSteps } from './reconciliation.ts'

/** The report as Markdown, for a pull request or a wiki. `chart` is the name of the chart's file beside it. */
export function renderMarkdown(report: DrillReport, chart: string): string {
  const { marks, requests, writes, environment } = report
  return [
    `# ${report.verdict}: ${report.drill.name}`,
    report.sentence,
    `> ${report.drill.claim}`,
    ...list(report.reasons),
    '## Objectives',
    table(
      ['objective', 'promised', 'predicted', 'measured', 'margin', 'last runs'],
      report.objectives.map((objective) => [
        `${objective.met ? '✔' : '✘'} ${objective.name}`,
        figure(objective.promised, objective.unit),
        figure(objective.predicted, objective.unit),
        figure(objective.measured, objective.unit),
        marginOrNote(objective),
        objective.earlier.map((value) => figure(value, objective.unit)).join(', ') || '–',
      ]),
    ),
    table(
      ['cohort', 'predicted', 'measured', 'bound'],
      report.cohorts.map(({ cohort, predicted, measured, arithmetic }) => [
        cohort,
        figure(predicted, 'seconds'),
        figure(measured, 'seconds'),
        arithmetic,
      ]),
    ),
    '## Loss per second',
    `![Calls per second with the clock marks](${chart})`,
    table(
      ['mark', 'what', 'when'],
      (Object.keys(MARK_MEANINGS) as (keyof typeof MARK_MEANINGS)[])
        .filter((name) => name !== 'struck')
        .map((name) => [name, MARK_MEANINGS[name], sinceFault(marks[name], marks.t0)]),
    ),
    '## Critical path',
    ...(report.criticalPath.length === 0
      ? ['No call failed, so there is no path to shorten.']
      : [criticalPath(report)]),
    '## Requests',
    table(
      ['sent', 'answered', 'failed', 'timed out', 'duplicated', 'misrouted', 'unknown'],
      [
        [
          requests.sent,
          requests.ok,
          requests.failed,
          requests.timedOut,
          requests.duplicated,
          requests.misrouted,
          requests.unknown,
        ].map(String),
      ],
    ),
    `Error budget burned: ${figure(report.budget.burned, 'percent')} of a month's${report.budget.promised === null ? '' : `; promised at most ${report.budget.promised} %`}.`,
    ...(writes ? [configurationWrites(writes)] : []),
    ...reconciliation(report),
    ...configurations(report),
    '## Answers by vantage point',
    table(
      ['vantage point', 'through', 'when', 'answer'],
      report.answers.map(({ vantage, seen, at, region }) => [
        vantage,
        seen === 'authoritative' ? 'the GSLB itself' : 'its resolver',
        sinceFault(at, marks.t0),
        region ?? 'none',
      ]),
    ),
    '## Checked',
    table(
      ['when', 'condition', 'held', 'found'],
      [
        ...report.ready.map((check) => ['before', check.text, mark(check.held), check.detail]),
        ...report.proofs.map((proof) => [
          'fault',
          proof.demand,
          mark(proof.proved),
          `seen from ${proof.seenFrom.length} of ${proof.of.length}`,
        ]),
        ...report.expectations.map((check) => ['during', check.text, mark(check.held), check.detail]),
        ...report.after.map((check) => ['afterwards', check.text, mark(check.held), check.detail]),
      ],
    ),
    ...(report.findings.length === 0 ? [] : ['## Findings', ...list(report.findings)]),
    '## Undo log',
    table(
      ['when', 'action', 'event'],
      report.undo.map((line) => [
        line.at,
        'what' in line ? line.what : line.id,
        line.event === 'undone' ? `undone by the ${line.by}` : line.event,
      ]),
    ),
    '## Made with',
    [
      `- \`${environment.command}\``,
      `- commit ${environment.commit ?? 'unknown'}`,
      `- topology ${report.drill.topology}, pinned to ${report.drill.topologyHash.slice(0, 12)}`,
      ...Object.entries(environment.versions).map(([name, version]) => `- ${name} ${version}`),
      `- ${environment.machine}`,
      ...(environment.linkFaults ? [`- faults of links: ${environment.linkFaults}`] : []),
      `- ${report.started}, took ${report.took.toFixed(0)} s`,
    ].join('\n'),
    '## Next',
    report.nextAction,
  ]
    .join('\n\n')
    .concat('\n')
}

function criticalPath({ criticalPath: path }: DrillReport): string {
  const longest = path.reduce((a, b) => (b.seconds > a.seconds ? b : a))
  const lines = path.map(
    ({ part, seconds }) => `- ${seconds.toFixed(1)} s: ${part}${part === longest.part ? ' **← the longest**' : ''}`,
  )
  return lines.join('\n')
}

function reconciliation(report: DrillReport): string[] {
  const steps = reconciliationSteps(report)
  if (steps.length === 0) return []
  const rows = steps.map(({ when, where, what }) => [when, where, what.join('<br>')])
  return ['## What the operator changed, found and healed', table(['when', 'region', 'what'], rows)]
}

function configurations(report: DrillReport): string[] {
  if (report.configurations.length === 0) return []
  const rows = report.configurations.map(({ phase, region, version, hash }) => {
    return [phase, region, version ?? 'no answer', shortHash(hash)]
  })
  return [
    '## Configuration by region and phase',
    ...(report.drill.mode === 'active-active' ? [aboutVersions(report)] : []),
    table(['phase', 'region', 'version', 'hash'], rows),
  ]
}

function configurationWrites(writes: NonNullable<DrillReport['writes']>): string {
  return `Writes: ${writes.acknowledged} acknowledged; ${writes.doubted} in doubt, of which ${writes.found} found, ${writes.absent} never happened, ${writes.unresolved} unresolved. ${missing(writes)}`
}

function missing(writes: NonNullable<DrillReport['writes']>): string {
  if (writes.missing === null) return 'They could not be looked for on both sides.'
  const lost = writes.missing.filter(({ ids }) => ids.length > 0)
  if (lost.length === 0) return 'Every acknowledged one was found in every region.'
  return lost.map(({ region, ids }) => `**${region} lacks ${ids.length}**: ${ids.slice(0, 5).join(', ')}`).join('; ')
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

function list(items: readonly string[]): string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')]
}

function mark(held: boolean): string {
  return held ? '✔' : '✘'
}
