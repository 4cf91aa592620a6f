import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ObservationLog } from '../../../../toolkit/drill/traffic/observation-log.ts'
import { call } from '../recorded-drill.ts'

test('calls that were due before a drill began are forgotten, and everything later is kept', () => {
  const log = new ObservationLog()
  const { calls } = log
  calls.push(call(100, { outcome: 'timeout' }), call(200), call(150, { outcome: 'reset' }), call(300))
  log.forgetCallsBefore(200)
  assert.deepEqual(
    log.calls.map(({ scheduled }) => scheduled),
    [200, 300],
  )
  assert.equal(log.calls, calls, 'who holds the list sees it too')
})
