import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AntipodeError } from '../../../../runtime/model/errors.ts'
import { readExpiry } from '../../../../toolkit/drill/live/expiry.ts'
import { minutes } from '../../../../topology/index.ts'

const NOW = new Date('2026-11-22T10:00:00Z')
const read = (text: string | undefined) => readExpiry(text, minutes(5), NOW)

test('the end is a length of time from now, or a moment of any zone', () => {
  for (const text of ['30m', '0.5h', '2026-11-22T10:30Z', '2026-11-22T12:30:00+02:00']) {
    assert.equal(read(text).toISOString(), '2026-11-22T10:30:00.000Z', text)
  }
})

test('what is no end, or none that serves, is refused with what would', () => {
  const cases: [string | undefined, RegExp][] = [
    [undefined, /--live needs --until: a length of time such as 5m, or a moment such as 2026-11-22T10:30Z/],
    ['soon', /is a length of time such as 30m, or a moment such as .*, not 'soon'/],
    ['2026-11-22T10:30', /not '2026-11-22T10:30'/],
    ['4m', /leaves too little: by arithmetic the drill may take 5m/],
    ['2026-11-22T09:00Z', /leaves too little/],
    ['5h', /more than 4 h away/],
  ]
  for (const [text, message] of cases) {
    assert.throws(
      () => read(text),
      (error: AntipodeError) => error.code === 'USAGE' && message.test(error.message),
      String(text),
    )
  }
})
