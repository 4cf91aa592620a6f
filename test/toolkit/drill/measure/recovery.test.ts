import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnswerSample, Call } from '../../../../toolkit/drill/measure/observations.ts'
import {
  answerChanged,
  everyVantageMoved,
  firstFailure,
  parityReached,
  sustainedSuccess,
} from '../../../../toolkit/drill/measure/recovery.ts'
import { call, dataPlane } from '../recorded-drill.ts'

/** 100 calls a second; those due in one of the stretches fail. */
function traffic(until: number, ...failing: (readonly [number, number])[]): Call[] {
  return Array.from({ length: until / 10 }, (_, index) => {
    const at = index * 10
    return call(at, failing.some(([from, to]) => at >= from && at < to) ? { outcome: 'refused' } : {})
  })
}

test('recovery is dated to the start of its window', () => {
  assert.equal(sustainedSuccess(traffic(30_000, [5_000, 12_000]), 5_000, 10_000, 0.999, 30_000), 12_000)
})

test('a window that has not ended yet does not count', () => {
  const calls = traffic(30_000, [5_000, 12_000])
  assert.equal(sustainedSuccess(calls, 5_000, 10_000, 0.999, 21_990), null)
  assert.equal(sustainedSuccess(calls, 5_000, 10_000, 0.999, 22_000), 12_000)
})

test('a relapse within the window begins another', () => {
  assert.equal(
    sustainedSuccess(traffic(40_000, [5_000, 12_000], [15_000, 16_000]), 5_000, 10_000, 0.999, 40_000),
    16_000,
  )
})

test('one failure in a thousand is within 99.9 %, two are not', () => {
  const one = traffic(40_000, [5_000, 12_000], [15_000, 15_010])
  assert.equal(sustainedSuccess(one, 5_000, 10_000, 0.999, 40_000), 12_000)
  const two = traffic(40_000, [5_000, 12_000], [15_000, 15_020])
  assert.equal(sustainedSuccess(two, 5_000, 10_000, 0.999, 40_000), 15_020)
})

test('without a failure success lasts from the beginning', () => {
  assert.equal(sustainedSuccess(traffic(20_000), 3_000, 10_000, 0.999, 20_000), 3_000)
})

test('no calls are no success', () => {
  assert.equal(sustainedSuccess([], 0, 1_000, 0.999, 20_000), null)
})

test('the first failure is a call that was under way when the fault struck, or later', () => {
  const calls = [
    call(100, { outcome: 'refused' }),
    call(990, { outcome: 'reset', ended: 1_005 }),
    call(2_000, { outcome: 'refused' }),
  ]
  assert.equal(firstFailure(calls, 1_000), 990)
  assert.equal(firstFailure(calls.slice(0, 1), 1_000), null)
})

test('the answer changed when the GSLB says so; the last vantage point sees it when its resolver does', () => {
  const answer = (vantage: string, seen: AnswerSample['seen'], at: number, region: string | null): AnswerSample => {
    return { vantage, seen, at, region, ttl: null }
  }
  const answers = [
    ...['us', 'eu'].map((vantage) => answer(vantage, 'authoritative', 500, 'east')),
    answer('us', 'authoritative', 1_500, null),
    answer('us', 'authoritative', 2_000, 'west'),
    answer('us', 'resolver', 2_500, 'west'),
  ]
  const leaving = { us: 'east', eu: 'east' }
  assert.equal(answerChanged(answers, leaving, 1_000), 2_000)
  assert.equal(everyVantageMoved(answers, leaving, 1_000), null)
  const both = [...answers, answer('eu', 'resolver', 9_000, 'west')]
  assert.equal(everyVantageMoved(both, leaving, 1_000), 9_000)
  assert.equal(answerChanged(answers, { us: 'west' }, 1_000), null, 'who was answered with it before has not moved')
})

test('parity is when the last region was seen on the newest epoch', () => {
  const samples = [dataPlane('east', 100, { epoch: 65 }), dataPlane('west', 100), dataPlane('west', 700, { epoch: 65 })]
  assert.equal(parityReached(samples, ['east', 'west'], 0), 702)
  assert.equal(parityReached(samples.slice(0, 2), ['east', 'west'], 0), null)
})
