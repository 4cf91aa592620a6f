import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import type { FaultUndo } from '../../../../toolkit/local/local-topology.ts'
import { FaultLeases } from '../../../../toolkit/local/supervisor/fault-leases.ts'

describe('the lease of a fault', () => {
  const thaw: FaultUndo = { do: 'thaw', region: 'east', parts: ['database'] }
  let undone: string[] = []
  let leases: FaultLeases

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] })
    undone = []
    leases = new FaultLeases(async (id, undo) => void undone.push(`${id} ${undo.map((step) => step.do)}`))
  })
  afterEach(() => {
    leases.close()
    mock.timers.reset()
  })

  it('is undone when it expires, once', () => {
    leases.grant('a', 10, [thaw])
    mock.timers.tick(9_999)
    assert.deepEqual(undone, [])
    mock.timers.tick(30_000)
    assert.deepEqual(undone, ['a thaw'])
  })

  it('lasts longer when it is renewed', () => {
    leases.grant('a', 10, [thaw])
    mock.timers.tick(9_000)
    leases.grant('a', 10, [thaw])
    mock.timers.tick(9_000)
    assert.deepEqual(undone, [])
    mock.timers.tick(1_000)
    assert.deepEqual(undone, ['a thaw'])
  })

  it('is not undone once it was released, nor when the supervisor stops', () => {
    leases.grant('a', 10, [thaw])
    leases.release('a')
    leases.grant('b', 10, [thaw])
    leases.close()
    mock.timers.tick(60_000)
    assert.deepEqual(undone, [])
  })
})
