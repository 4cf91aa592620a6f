import type { DrillReport } from './drill-report.ts'
import { escapeMarkup } from './escape-markup.ts'
import { figure } from './figures.ts'

/** The report as a JUnit test suite, one case a promise, so that CI can show it. */
export function renderJunit(report: DrillReport): string {
  const undecided = report.verdict === 'INCONCLUSIVE' || report.verdict === 'ABORTED'
  const cases = [
    ...report.objectives.map(({ name, unit, promised, measured, met }) => {
      return {
        name: `objective: ${name}`,
        held: met,
        detail: `promised ${figure(promised, unit)}, measured ${figure(measured, unit)}`,
      }
    }),
    ...report.expectations.map(({ text, held, detail }) => ({ name: `expect: ${text}`, held, detail })),
    ...report.after.map(({ text, held, detail }) => ({ name: `after: ${text}`, held, detail })),
  ]
  const failures = undecided ? 0 : cases.filter(({ held }) => !held).length
  const verdictFails = report.verdict === 'FAIL'
  const body = cases.map(({ name, held, detail }) => {
    const outcome = undecided ? '<skipped/>' : held ? '' : `<failure message="${escapeMarkup(detail)}"/>`
    return `    <testcase classname="${escapeMarkup(report.drill.name)}" name="${escapeMarkup(name)}">${outcome}</testcase>`
  })
  const verdict = `    <testcase classname="${escapeMarkup(report.drill.name)}" name="verdict">${
    report.verdict === 'PASS'
      ? ''
      : verdictFails
        ? `<failure message="${escapeMarkup(report.sentence)}"/>`
        : `<error message="${escapeMarkup(report.sentence)}"/>`
  }</testcase>`
  const counts = `tests="${cases.length + 1}" failures="${failures + (verdictFails ? 1 : 0)}" errors="${undecided ? 1 : 0}" skipped="${undecided ? cases.length : 0}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${escapeMarkup(report.drill.name)}" ${counts} time="${report.took.toFixed(1)}" timestamp="${report.started}">`,
    verdict,
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
