import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  Duration,
  milliseconds,
  minutes,
  Percent,
  parseDuration,
  parsePercent,
  parseRate,
  percent,
  perSecond,
  Rate,
  seconds,
} from '../../topology/index.ts'

const amount = fc.double({ min: 0, max: 1e9, noNaN: true })

test('every quantity reads back what it writes', () => {
  fc.assert(
    fc.property(amount, (value) => {
      assert.equal(parseDuration(milliseconds(value).toJSON()).milliseconds, value)
      assert.equal(parsePercent(percent(value).toJSON()).value, value)
      assert.equal(parseRate(perSecond(value).toJSON()).value, value)
    }),
  )
})

test('every quantity refuses what is not finite or is below zero, and says what it got', () => {
  for (const make of [milliseconds, seconds, minutes, percent, perSecond]) {
    for (const nonsense of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => make(nonsense), { name: 'RangeError', message: /(-|NaN|Infinity)/ })
    }
  }
})

test('text without a unit, with a wrong unit or with a sign is no quantity', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseDuration, parsePercent, parseRate]) {
        try {
          assert.ok([Duration, Percent, Rate].some((type) => parse(text) instanceof type))
        } catch (error) {
          assert.ok(error instanceof RangeError)
        }
      }
    }),
  )
  for (const text of ['10', '10 sec', '-10s', '+1s', '', 's', '1 0s', '1e999s']) {
    assert.throws(() => parseDuration(text), RangeError, text)
  }
  assert.throws(() => parsePercent('30'), RangeError)
  assert.throws(() => parseRate('200/m'), RangeError)
})

test('quantities know their units', () => {
  assert.equal(minutes(2).seconds, 120)
  assert.equal(seconds(1.1).milliseconds, 1_100)
  assert.equal(parseDuration('1.5h').seconds, 5_400)
  assert.equal(`${milliseconds(250)}`, '250 ms')
  assert.equal(percent(30).fraction, 0.3)
  assert.equal(`${percent(99.9)} of ${perSecond(200)}`, '99.9 % of 200/s')
})
