import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXIT_CODES, judge } from '../../../../toolkit/drill/verdict/judge.ts'
import { call, controlPlane, dataPlane, recordedDrill, VANTAGES, write } from '../recorded-drill.ts'

const { seen, marks, ledger, proofs } = recordedDrill()

test('a drill that kept every promise passes, with the arithmetic of its marks', () => {
  const { verdict, objectives, reasons } = judge(recordedDrill())
  assert.deepEqual(reasons, [])
  assert.equal(verdict, 'PASS')
  const figures = objectives.map(({ name, promised, predicted, measured }) => [name, promised, predicted, measured])
  assert.deepEqual(figures.slice(0, 4), [
    ['detection', 40, 36, 18],
    ['RTO (callers)', 60, 51, 25],
    ['RPO', 0, 0, 0],
    ['writers at once, most', 1, 1, 1],
  ])
  assert.deepEqual(
    objectives.slice(4).map(({ name, promised }) => [name, promised]),
    [
      ['loss outside outage', 0.1],
      ["a month's error budget", 2],
    ],
  )
  assert.equal(objectives[4]?.measured, 0)
  // 2,500 of the 259,200 calls that may fail in a month of 100 calls per second at 99.9 %.
  assert.ok(Math.abs(objectives[5]!.measured! - (2_500 / 259_200) * 100) < 1e-9)
})

test('without a failed call there is no t1, and the caller RTO is 0', () => {
  const calls = seen.calls.map(({ scheduled }) => call(scheduled, { dialled: 'us-west-2', answered: 'us-west-2' }))
  const { verdict, objectives } = judge(recordedDrill({ marks: { ...marks, t1: null } }, { calls }))
  assert.equal(objectives.find(({ name }) => name === 'RTO (callers)')?.measured, 0)
  assert.equal(verdict, 'PASS')
})

test('one missed objective is FAIL, whatever else was kept', () => {
  const { verdict, reasons } = judge(recordedDrill({ marks: { ...marks, t2: 51_000 } }))
  assert.equal(verdict, 'FAIL')
  assert.deepEqual(reasons, ['detection: promised 40 s, measured 40.7 s'])
})

test('callers that never recover are FAIL, with how long was waited', () => {
  const { verdict, reasons } = judge(recordedDrill({ marks: { ...marks, t5: null } }))
  assert.equal(verdict, 'FAIL')
  assert.ok(
    reasons.some((reason) => reason.includes('not recovered after 70 s')),
    reasons.join(),
  )
})

test('measured above the bound is a finding even where the promise was kept', () => {
  const { verdict, findings } = judge(recordedDrill({ marks: { ...marks, t2: 49_000 } }))
  assert.equal(verdict, 'PASS')
  assert.ok(findings.some((finding) => finding.startsWith('detection was above its predicted bound')))
})

test('a fault that was not proved is INCONCLUSIVE, never PASS', () => {
  const [{ demand, proof }] = proofs as [(typeof proofs)[number]]
  const unproved = { demand, proof: { ...proof, proved: false, at: null, seenFrom: ['us'] } }
  const { verdict, reasons } = judge(recordedDrill({ proofs: [unproved] }))
  assert.equal(verdict, 'INCONCLUSIVE')
  assert.deepEqual(reasons, ['the fault was not proved: “vantage(all) sees 0 answers within 10s”, seen from 1 of 3'])
})

test('probe gaps over 5 % are INCONCLUSIVE', () => {
  const kept = (share: number) => seen.probes.filter(({ sent }) => sent < 20_000 || sent >= 20_000 + 80_000 * share)
  assert.equal(judge(recordedDrill({}, { probes: kept(0.04) })).verdict, 'PASS')
  const { verdict, reasons } = judge(recordedDrill({}, { probes: kept(0.08) }))
  assert.equal(verdict, 'INCONCLUSIVE')
  assert.match(reasons[0]!, /probes were missing for [78]\.\d %/)
})

test('fewer vantage points than asked are INCONCLUSIVE', () => {
  const probes = seen.probes.filter(({ vantage }) => vantage !== 'ap')
  assert.deepEqual(judge(recordedDrill({}, { probes })).reasons, ['only 2 of 3 vantage points reported'])
})

test('calls that are not accounted for are INCONCLUSIVE', () => {
  const calls = seen.calls.filter(({ vantage }) => vantage !== 'ap')
  const { verdict } = judge(recordedDrill({}, { calls }))
  assert.equal(verdict, 'INCONCLUSIVE')
})

test('a drill whose baseline was not as asked proves nothing', () => {
  const ready = [{ text: 'drift == 0', held: false, detail: 'regions differ' }]
  const { verdict, reasons } = judge(recordedDrill({ ready, proofs: [] }))
  assert.equal(verdict, 'INCONCLUSIVE')
  assert.deepEqual(reasons, ['not ready, “drift == 0”: regions differ'])
})

test('a drill that was broken off is ABORTED', () => {
  const { verdict, reasons } = judge(recordedDrill({ aborted: 'it was interrupted' }))
  assert.equal(verdict, 'ABORTED')
  assert.deepEqual(reasons, ['it was interrupted'])
})

test('two writers at once are FAIL, even in a drill that was broken off', () => {
  const controlPlanes = [
    ...[0, 30_000, 40_000].map((sent) => controlPlane('us-east-1', sent)),
    ...[31_000, 39_000].map((sent) => controlPlane('us-west-2', sent, { epoch: 2, role: 'solo' })),
  ]
  const { verdict, objectives, reasons } = judge(recordedDrill({ aborted: 'it was interrupted' }, { controlPlanes }))
  assert.equal(verdict, 'FAIL')
  assert.equal(objectives.find(({ unit }) => unit === 'writers')?.measured, 2)
  assert.match(reasons[0]!, /both said they may write, for 7998 ms/)
})

test('an acknowledged write that a region does not have is FAIL', () => {
  const missing = [{ region: 'us-west-2', ids: ['write-1'] }]
  const { verdict, reasons } = judge(recordedDrill({ ledger: { ...ledger, missing } }))
  assert.equal(verdict, 'FAIL')
  assert.equal(reasons[0], 'us-west-2 does not have 1 acknowledged write')
})

test('loss within what the topology promises is told, not hidden', () => {
  const { drill } = recordedDrill()
  const lossy = { ...drill, objectives: { ...drill.objectives, rpo: { revisions: 10 } } }
  const missing = [{ region: 'us-west-2', ids: ['write-1', 'write-2'] }]
  const { verdict, sentence } = judge(recordedDrill({ drill: lossy, ledger: { ...ledger, missing } }))
  assert.equal(verdict, 'PASS')
  assert.match(sentence, /2 acknowledged writes were lost, as was promised/)
})

test('revisions acknowledged before t0 and not served at t5 are the RPO', () => {
  const served = [{ region: 'us-west-2', asked: 2, missing: [{ number: 1, acknowledged: 8_300 }] }]
  const { objectives, verdict } = judge(recordedDrill({ served }))
  const rpo = objectives.find(({ name }) => name === 'RPO')
  assert.deepEqual([verdict, rpo?.measured, rpo?.met], ['FAIL', 1, false])
  assert.match(rpo?.note ?? '', /the oldest was 2\.0 s old/)
})

test('a call to the lost region later than promised breaks the expectation', () => {
  const late = call(72_000, { dialled: 'us-east-1', outcome: 'refused' })
  const calls = seen.calls.map((one) => (one.scheduled === late.scheduled ? late : one))
  const { verdict, reasons } = judge(recordedDrill({ marks: { ...marks, t5: 72_010, t7: 79_000 } }, { calls }))
  assert.equal(verdict, 'FAIL')
  assert.ok(
    reasons.some((reason) => reason.includes('the last call to us-east-1 was sent 61.7 s after t0')),
    reasons.join(),
  )
})

test('one version with two hashes, or an older version after a newer, breaks the expectation', () => {
  const two = [dataPlane('us-west-2', 0), dataPlane('us-west-2', 500, { hash: 'bb' })]
  assert.equal(judge(recordedDrill({}, { dataPlanes: two })).verdict, 'FAIL')
  const back = [dataPlane('us-west-2', 0, { epoch: 2, hash: 'bb' }), dataPlane('us-west-2', 500)]
  assert.match(
    judge(recordedDrill({}, { dataPlanes: back })).reasons[0]!,
    /us-west-2 went back from \(2,1\) to \(1,1\)/,
  )
})

test('what does not hold afterwards is FAIL', () => {
  const after = [{ text: 'drift == 0', held: false, detail: 'aa, before bb' }]
  assert.deepEqual(judge(recordedDrill({ after })).reasons, ['afterwards “drift == 0” did not hold: aa, before bb'])
})

test('writes of an old epoch that are acknowledged after one of a newer are two writers', () => {
  const writes = [write(1, 500), write(2, 30_500, { epoch: 2 }), write(3, 31_000, { epoch: 1 })]
  const { verdict, reasons } = judge(recordedDrill({}, { writes }))
  assert.equal(verdict, 'FAIL')
  assert.equal(reasons[0], 'write 3 was acknowledged in epoch 1 after one in epoch 2 had been')
})

test('exit codes are those of the command line', () => {
  assert.deepEqual(EXIT_CODES, { PASS: 0, FAIL: 1, ABORTED: 1, INCONCLUSIVE: 3 })
  assert.equal(VANTAGES.length, 3)
})
