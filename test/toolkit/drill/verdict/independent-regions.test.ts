import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assembleReport } from '../../../../toolkit/drill/report/assemble-report.ts'
import { renderHtml } from '../../../../toolkit/drill/report/html.ts'
import { renderJunit } from '../../../../toolkit/drill/report/junit.ts'
import { renderMarkdown } from '../../../../toolkit/drill/report/markdown.ts'
import { judge } from '../../../../toolkit/drill/verdict/judge.ts'
import { controlPlane, dataPlane } from '../recorded-drill.ts'
import { edition, recordedIndependentDrill } from '../recorded-independent-drill.ts'

const recorded = recordedIndependentDrill()
const { seen, reconciliation } = recorded
const [round] = reconciliation!.rounds

test('what a region missed is found, healed and told, and that is a PASS', () => {
  const { verdict, reasons, expectations, findings, objectives } = judge(recorded)
  assert.deepEqual([verdict, reasons], ['PASS', []])
  assert.deepEqual(
    expectations.map(({ detail }) => detail),
    [
      'at most 1 of any lineage; each region writes one of its own, over 6 samples',
      'the same hash after the same changes, over 1 comparisons; never an older one; each in its own lineage',
      '2 resources of us-east-1, found after 2.0 s',
      '2 resources of us-east-1, healed after 4.0 s',
      'from the start',
    ],
  )
  assert.match(findings.join(), /taken by eu-west-1; us-east-1 missed it, and has it now/)
  const rpo = objectives.filter(({ unit }) => unit === 'revisions')
  assert.deepEqual(
    rpo.map(({ name, measured, note }) => [name, measured, note]),
    [
      ['RPO of us-east-1', 0, 'of the 1 that it acknowledged before'],
      ['RPO of eu-west-1', 0, 'of the 1 that it acknowledged before'],
    ],
  )
})

test('an old configuration that is served after the new one is a FAIL, however little else was seen', () => {
  const editions = [...seen.editions, edition('eu-west-1', 47_000, '1')]
  const { verdict, reasons } = judge(recordedIndependentDrill({ aborted: 'it was interrupted' }, { editions }))
  assert.deepEqual([verdict, reasons[0]], ['FAIL', 'eu-west-1 went back from edition 2 to 1'])
})

test('a data plane that leaves its lineage is a FAIL', () => {
  const dataPlanes = [...seen.dataPlanes, dataPlane('us-east-1', 61_000, { lineage: 'w', epoch: 2 })]
  const { verdict, reasons } = judge(recordedIndependentDrill({}, { dataPlanes }))
  assert.equal(verdict, 'FAIL')
  assert.match(reasons.join(), /us-east-1 left lineage e for w/)
})

test('two regions that write one lineage are two writers', () => {
  const controlPlanes = [0, 2_000].flatMap((sent) => [
    controlPlane('us-east-1', sent, { lineage: 'e' }),
    controlPlane('eu-west-1', sent, { lineage: 'e', epoch: 2 }),
  ])
  assert.match(judge(recordedIndependentDrill({}, { controlPlanes })).reasons.join(), /both said they may write/)
})

test('drift that is found late, never healed, or not there at all breaks what was expected of it', () => {
  const broken = (change: Partial<NonNullable<typeof round>>) => {
    const rounds = [{ ...round!, ...change }]
    return judge(recordedIndependentDrill({ reconciliation: { change: null, rounds } })).reasons
  }
  assert.deepEqual(broken({ foundAt: 71_000, healedAt: 72_000 }), [
    'expected “drift found within 30s”: 2 resources of us-east-1, found after 31.0 s',
  ])
  assert.deepEqual(broken({ healedAt: null }), [
    'expected “drift healed within 60s”: never healed',
    'the regions were never found equal to the files',
  ])
  assert.match(broken({ found: [] })[0] ?? '', /there was none to find/)
})

test('a region that does not serve what it acknowledged before the fault has lost it', () => {
  const served = recorded.served.map((own) => ({ ...own, missing: [{ number: 1, acknowledged: 9_300 }] }))
  const { objectives } = judge(recordedIndependentDrill({ served: served.slice(0, 1) }))
  const told = objectives.filter(({ unit }) => unit === 'revisions').map(({ measured, note }) => [measured, note])
  assert.deepEqual(told, [
    [1, 'of the 1 that it acknowledged before; the oldest was 1.0 s old'],
    [null, 'not measured'],
  ])
})

test('every report tells who missed the change, how each resource differed, and that versions are a region’s own', () => {
  const environment = { commit: null, versions: {}, machine: 'a machine', command: 'antipode drill' }
  const context = { started: '2026-11-21T10:02:11.000Z', took: 90, journal: [], environment, earlier: [] }
  const report = assembleReport(recorded, judge(recorded), context)
  const [markdown, html] = [renderMarkdown(report, 'chart.svg'), renderHtml(report)]
  for (const text of [markdown, html]) {
    assert.match(text, /What the operator changed, found and healed/)
    assert.match(text, /missed it: out of reach/)
    assert.match(text, /route b is missing/)
    assert.match(text, /Every region counts versions of its own/)
    assert.doesNotMatch(text, /another region takes over writing/)
  }
  assert.match(renderJunit(report), /name="objective: RPO of us-east-1"/)
  assert.deepEqual(report.reconciliation?.rounds[0]?.healedAt, 44)
  assert.deepEqual(report.answers, [], 'the usual answer of each vantage point is no change')
})
