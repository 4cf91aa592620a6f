import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CALLER_PORT } from '../../../../constructs/gateways.ts'
import { STATUS_PORT } from '../../../../constructs/index.ts'
import { denialsOf } from '../../../../toolkit/drill/live/denials.ts'
import { topology } from './live-topology.ts'

test('callers and health checkers are denied at the ports where the stacks let them in', () => {
  const plan = { fault: 'lose', region: 'us-east-1', parts: ['data-plane'] }
  const found = denialsOf(plan as Parameters<typeof denialsOf>[0], topology)
  assert.ok(!('instead' in found))
  const denied = found.flatMap(({ rules }) => rules.filter(({ action }) => action === 'deny'))
  assert.deepEqual(
    denied.map(({ port }) => port),
    [CALLER_PORT, STATUS_PORT],
  )
})
