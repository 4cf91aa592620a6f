import { MARK_MEANINGS } from '../measure/clock-marks.ts'
import { renderChart } from './chart.ts'
import type { DrillReport, ReportedObjective } from './drill-report.ts'
import { escapeMarkup } from './escape-markup.ts'
import { figure, margin, shortHash, sinceFault } from './figures.ts'
import { REPORT_STYLE } from './html-style.ts'
import { aboutVersions, reconciliationSteps } from './reconciliation.ts'
import { renderTrend } from './trend.ts'

/** The report as one HTML file that asks nothing of the network: for anybody, on a screen or on paper. */
export function renderHtml(report: DrillReport): string {
  const sections = [
    objectives,
    chart,
    criticalPath,
    requests,
    reconciliation,
    configurations,
    answers,
    checks,
    findings,
    undoLog,
    madeWith,
    next,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeMarkup(report.verdict)}: ${escapeMarkup(report.drill.name)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body><main>
${head(report)}
${sections
  .map((section) => section(report))
  .filter(Boolean)
  .join('\n')}
</main></body>
</html>
`
}

function head({ verdict, sentence, reasons, drill, started, took, fault }: DrillReport): string {
  const more =
    reasons.length > 1
      ? `<ul class="reasons">${reasons.map((reason) => `<li>${escapeMarkup(reason)}</li>`).join('')}</ul>`
      : ''
  return `<header>
<span class="verdict ${verdict}">${verdict}</span>
<h1>${unbroken(sentence)}</h1>
<p class="claim">${escapeMarkup(drill.claim)}</p>
<p class="facts">${escapeMarkup(drill.topology)} · ${escapeMarkup(fault)} · ${drill.live ? 'live, on what is deployed' : 'rehearsed on one machine'} · ${escapeMarkup(started.replace('T', ' ').slice(0, 16))} UTC · ${took.toFixed(0)} s from start to report</p>
${more}</header>`
}

function objectives({ objectives: results, cohorts }: DrillReport): string {
  const rows = results.map((objective) => {
    const { name, unit, promised, predicted, measured, met, note, earlier } = objective
    return [
      `${held(met)} ${escapeMarkup(name)}`,
      figure(promised, unit),
      figure(predicted, unit),
      `<b>${figure(measured, unit)}</b>`,
      gauge(objective),
      [margin(objective.margin), escapeMarkup(note)].filter(Boolean).join(' · '),
      [renderTrend(objective), earlier.map((value) => figure(value, unit)).join(', ') || '–'].filter(Boolean).join(' '),
    ]
  })
  const cohortRows = cohorts.map(({ cohort, predicted, measured, arithmetic }) => {
    return [
      escapeMarkup(cohort),
      figure(predicted, 'seconds'),
      `<b>${figure(measured, 'seconds')}</b>`,
      `<span class="quiet">${escapeMarkup(arithmetic)}</span>`,
    ]
  })
  return section(
    'What was promised, and what happened',
    'Predicted is the longest the arithmetic allows; the line in each bar marks it, and the bar’s full width is the promise.',
    table(['objective', '>promised', '>predicted', '>measured', '', 'margin', 'last runs'], rows) +
      table(['callers', '>predicted', '>measured', 'how the bound is made up'], cohortRows),
  )
}

/** Measured against promised, with the prediction as a tick. */
function gauge({ promised, predicted, measured, unit, met }: ReportedObjective): string {
  if (measured === null || promised === 0 || unit === 'writers') return ''
  const x = (value: number) => Math.min(150, (value / promised) * 150).toFixed(1)
  const tick =
    predicted === null ? '' : `<line class="predicted" x1="${x(predicted)}" x2="${x(predicted)}" y1="1" y2="15"/>`
  return `<svg class="gauge" viewBox="0 0 150 16" aria-hidden="true"><rect class="track" width="150" height="8" y="4" rx="4"/><rect class="${met ? 'value' : 'over'}" width="${x(measured)}" height="8" y="4" rx="4"/>${tick}</svg>`
}

function chart(report: DrillReport): string {
  const { marks } = report
  const rows = (Object.keys(MARK_MEANINGS) as (keyof typeof MARK_MEANINGS)[])
    .filter((name) => name !== 'struck' && marks[name] !== null)
    .map((name) => [`<b>${name}</b>`, MARK_MEANINGS[name], sinceFault(marks[name], marks.t0)])
  return section(
    'Every call, second by second',
    'Each bar is one second of traffic. The shaded time is the outage: from the first failed call until callers were served again for good.',
    `<div class="wide">${renderChart(report)}</div>${table(['mark', 'what', '>since the fault was proved'], rows)}`,
  )
}

function criticalPath({ criticalPath: path }: DrillReport): string {
  if (path.length === 0) return ''
  const longest = path.reduce((a, b) => (b.seconds > a.seconds ? b : a))
  const total = path.reduce((sum, { seconds }) => sum + seconds, 0)
  const bars = path.map(({ part, seconds }) => {
    return `<span class="${part === longest.part ? 'longest' : ''}" style="flex:${seconds.toFixed(3)}" title="${escapeMarkup(part)}"></span>`
  })
  const rows = path.map(({ part, seconds }) => [
    part === longest.part ? `<b>${escapeMarkup(part)}</b> – the longest part` : escapeMarkup(part),
    figure(seconds, 'seconds'),
    `${Math.round((seconds / Math.max(total, 0.001)) * 100)} %`,
  ])
  return section(
    'Where the time went',
    `To recover sooner, shorten the longest part: ${escapeMarkup(longest.part)}.`,
    `<div class="path">${bars.join('')}</div>${table(['part', '>seconds', '>share'], rows)}`,
  )
}

function requests({ requests: calls, budget, writes }: DrillReport): string {
  const tile = (name: string, value: number, alarm = false) =>
    `<div${alarm && value > 0 ? ' class="alarm"' : ''}><dt>${name}</dt><dd>${value.toLocaleString('en')}</dd></div>`
  const allowed = budget.promised === null ? '' : `, where at most ${budget.promised} % was promised`
  return section(
    'Every request accounted for',
    'Failed calls got no good answer in time. Misrouted ones were answered by another region than the one called.',
    `<dl class="tiles">${tile('calls sent', calls.sent)}${tile('answered', calls.ok)}${tile('failed', calls.failed)}${tile('of them timed out', calls.timedOut)}${tile('duplicated', calls.duplicated, true)}${tile('misrouted', calls.misrouted, true)}${tile('unknown region', calls.unknown)}</dl>
<p><b>${figure(budget.burned, 'percent')}</b> of a month’s error budget was burned${allowed}.</p>${writes ? `\n${configurationWrites(writes)}` : ''}`,
  )
}

function configurationWrites(writes: NonNullable<DrillReport['writes']>): string {
  const missing = writes.missing?.reduce((sum, { ids }) => sum + ids.length, 0) ?? null
  const found =
    missing === null
      ? 'They could not be looked for in every region.'
      : missing === 0
        ? 'Every acknowledged one was found in every region afterwards.'
        : `<span class="broken">${missing} acknowledged writes are missing.</span>`
  return `<p><b>${writes.acknowledged}</b> configuration writes were acknowledged to an independent client; <b>${writes.doubted}</b> were in doubt (${writes.found} found, ${writes.absent} never happened, ${writes.unresolved} unresolved). ${found}</p>`
}

function reconciliation(report: DrillReport): string {
  const steps = reconciliationSteps(report)
  if (steps.length === 0) return ''
  const rows = steps.map(({ when, where, what }) => [
    escapeMarkup(when),
    escapeMarkup(where),
    what.map(escapeMarkup).join('<br>'),
  ])
  return section(
    'What the operator changed, found and healed',
    'Every region writes for itself, so nothing brings one up to date but its operator: the same files for every region.',
    table(['>when', 'region', 'what'], rows),
  )
}

function configurations(report: DrillReport): string {
  const { configurations: served } = report
  if (served.length === 0) return ''
  const regions = [...new Set(served.map(({ region }) => region))]
  const phases = [...new Set(served.map(({ phase }) => phase))]
  const rows = phases.map((phase) => [
    phase,
    ...regions.map((region) => {
      const cell = served.find((entry) => entry.phase === phase && entry.region === region)
      return cell?.version
        ? `${escapeMarkup(cell.version)} <code>${shortHash(cell.hash)}</code>`
        : '<span class="quiet">no answer</span>'
    }),
  ])
  return section(
    'Which configuration each region served',
    aboutVersions(report),
    table(['phase', ...regions.map(escapeMarkup)], rows),
  )
}

function answers({ answers: changes, marks }: DrillReport): string {
  const rows = changes.map(({ vantage, seen, at, region }) => [
    escapeMarkup(vantage),
    seen === 'authoritative' ? 'the GSLB itself' : 'its resolver, which keeps answers for their TTL',
    sinceFault(at, marks.t0),
    escapeMarkup(region ?? 'no answer'),
  ])
  return section(
    'What each vantage point was answered',
    'Only changes are listed.',
    table(['vantage point', 'asked', '>when', 'answer'], rows),
  )
}

function checks(report: DrillReport): string {
  const row = (when: string, text: string, good: boolean, detail: string) => [
    when,
    `${held(good)} ${escapeMarkup(text)}`,
    escapeMarkup(detail),
  ]
  const rows = [
    ...report.ready.map((check) => row('before', check.text, check.held, check.detail)),
    ...report.proofs.map(({ demand, proved, seenFrom, of }) =>
      row('the fault', demand, proved, `seen from ${seenFrom.length} of ${of.length}`),
    ),
    ...report.expectations.map((check) => row('during', check.text, check.held, check.detail)),
    ...report.after.map((check) => row('afterwards', check.text, check.held, check.detail)),
  ]
  return section('What was checked', 'Each sentence is the drill’s own.', table(['when', 'condition', 'found'], rows))
}

function findings({ findings: found }: DrillReport): string {
  if (found.length === 0) return ''
  return section('Worth knowing', '', `<ul>${found.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`)
}

function undoLog({ undo }: DrillReport): string {
  const rows = undo.map((line) => [
    `<code>${escapeMarkup(line.at.slice(11, 23))}</code>`,
    escapeMarkup('what' in line ? line.what : line.id),
    escapeMarkup(
      line.event === 'undone'
        ? `undone by the ${line.by}`
        : line.event === 'undo-failed'
          ? `undo failed: ${line.reason}`
          : line.event,
    ),
  ])
  return section(
    'Undo log',
    'Each undo was on disk before its action began.',
    table(['time (UTC)', 'action', 'event'], rows),
  )
}

function madeWith({ environment, drill, blastRadius }: DrillReport): string {
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`)
  const rows = [
    ['command', `<code>${escapeMarkup(environment.command)}</code>`],
    ['commit', `<code>${escapeMarkup(environment.commit ?? 'unknown')}</code>`],
    ['topology', `${escapeMarkup(drill.topology)}, pinned to <code>${drill.topologyHash.slice(0, 16)}</code>`],
    ['versions', escapeMarkup(versions.join(', '))],
    ['machine', escapeMarkup(environment.machine)],
    ...(environment.linkFaults ? [['faults of links', escapeMarkup(environment.linkFaults)] as const] : []),
    ['blast radius', blastRadius.map(escapeMarkup).join('<br>')],
  ]
  return section('Made with', '', table(['', ''], rows))
}

function next({ nextAction }: DrillReport): string {
  return `<section class="next"><h2>Next</h2><div>${escapeMarkup(nextAction)}</div></section>`
}

function section(title: string, explanation: string, body: string): string {
  return `<section><h2>${title}</h2>${explanation === '' ? '' : `<p>${explanation}</p>`}${body}</section>`
}

/** A heading that begins with `>` stands over figures. Cells are HTML already. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const figures = header.map((name) => name.startsWith('>'))
  const kind = (index: number) => (figures[index] ? ' class="figure"' : '')
  const headings = header.map((name, index) => `<th${kind(index)}>${name.replace(/^>/, '')}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${cell}</td>`).join('')}</tr>`)
    .join('\n')
  const head = header.every((name) => name === '') ? '' : `<thead><tr>${headings}</tr></thead>`
  return `<div class="wide"><table>${head}<tbody>${body}</tbody></table></div>`
}

function held(good: boolean): string {
  return good ? '<span class="held">✔</span>' : '<span class="broken">✘</span>'
}

/** Text in which names with hyphens and figures with units stay on one line. */
function unbroken(text: string): string {
  return escapeMarkup(text).replace(/\b[\w.]+(?:-[\w.]+)+|\b[\d.]+ (?:s|ms|%)/g, '<span class="one">$&</span>')
}
