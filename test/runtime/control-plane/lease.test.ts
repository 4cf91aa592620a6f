import assert from 'node:assert/strict'
import { beforeEach, describe, it, mock } from 'node:test'
import { Lease, PromotionWait } from '../../../runtime/control-plane/replication/lease.ts'

describe('lease', () => {
  const clock = { monotonic: 0, wall: 0 }
  beforeEach(() => {
    clock.monotonic = 1_000
    clock.wall = 1_000_000
  })
  mock.method(performance, 'now', () => clock.monotonic)
  mock.method(Date, 'now', () => clock.wall)
  const pass = (milliseconds: number) => {
    clock.monotonic += milliseconds
    clock.wall += milliseconds
  }

  it('is not held before a confirmation', () => {
    assert.equal(new Lease(3_000).held, false)
  })

  it('counts from when the probe was sent, not from when its answer came', () => {
    const lease = new Lease(3_000)
    const probe = lease.probe()
    pass(1_000)
    lease.renew(probe)
    assert.equal(lease.remaining, 2_000)
    pass(2_000)
    assert.equal(lease.held, false)
  })

  it('is not renewed by an answer to a probe of another process, nor by one that comes too late', () => {
    const lease = new Lease(3_000)
    lease.renew(7)
    assert.equal(lease.held, false)
    const probe = lease.probe()
    pass(3_000)
    lease.renew(probe)
    assert.equal(lease.held, false)
  })

  it('an older probe does not shorten what a newer one gave', () => {
    const lease = new Lease(3_000)
    const older = lease.probe()
    pass(500)
    const newer = lease.probe()
    lease.renew(newer)
    lease.renew(older)
    assert.equal(lease.remaining, 3_000)
  })

  it('ends when either clock says so: a suspended machine stops the monotonic one', () => {
    const lease = new Lease(3_000)
    lease.renew(lease.probe())
    clock.wall += 3_000
    assert.equal(lease.held, false)
  })

  it('a promotion waits longer than any lease that the last confirmation can have renewed', () => {
    const lease = new Lease(3_000)
    const wait = new PromotionWait(3_000, 300)
    const probe = lease.probe()
    pass(80)
    wait.confirmationSent()
    lease.renew(probe)
    while (lease.held) {
      assert.ok(wait.remaining >= lease.remaining + 300)
      pass(10)
    }
    assert.ok(wait.remaining > 0)
  })

  it('a promotion waits as long from the start of its own control plane', () => {
    assert.equal(new PromotionWait(3_000, 300).remaining, 3_300)
  })
})
