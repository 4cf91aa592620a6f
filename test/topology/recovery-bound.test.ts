import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology } from '../../stacks/examples/active-passive.ts'
import { type BoundGslb, recoveryBound, seconds } from '../../topology/index.ts'

function gslb(interval: number, threshold: number, ttl: number, clientTail = 0): { gslb: BoundGslb } {
  const health = { interval: seconds(interval), threshold }
  return {
    gslb: { provider: 'route53', ttl: seconds(ttl), clientTail: seconds(clientTail), health },
  }
}

test('the published figures of Route 53 come out', () => {
  assert.equal(recoveryBound(gslb(30, 3, 60)).total.seconds, 186)
  assert.equal(recoveryBound(gslb(10, 3, 60)).total.seconds, 106)
})

test('the example keeps its own promises: 36 s to detect, 51 s to recover', () => {
  const bound = recoveryBound(topology)
  assert.equal(bound.detection.seconds, 36)
  assert.equal(bound.total.seconds, 51)
  assert.equal(bound.arithmetic, '10 s × (2 + 1) detection + 6 s probe + 10 s TTL + 5 s client tail = 51 s')
  assert.equal(bound.detectionArithmetic, '10 s × (2 + 1) detection + 6 s probe = 36 s')
})

test('what is probed decides how long a probe may take', () => {
  assert.equal(recoveryBound(gslb(10, 1, 10), { probe: 'http-match' }).detection.seconds, 28)
  assert.equal(recoveryBound(gslb(10, 1, 10), { probe: 'tcp' }).detection.seconds, 30)
})

test('a cohort of callers brings its own tail, and a switch its own time to decide', () => {
  assert.equal(recoveryBound(gslb(10, 2, 10, 5), { clientTail: seconds(20) }).total.seconds, 66)
  const decided = recoveryBound(gslb(10, 2, 10, 5), { decision: seconds(120) })
  assert.equal(decided.total.seconds, 135)
  assert.equal(decided.arithmetic, '120 s decision + 10 s TTL + 5 s client tail = 135 s')
})

test('Cloudflare takes 5 s for a probe, and its TTL counts only where it answers DNS and no more', () => {
  const { gslb: answering } = gslb(15, 2, 30, 5)
  const bound = (proxied: boolean) =>
    recoveryBound({
      gslb: { ...answering, provider: 'cloudflare', cloudflare: { plan: 'pay-as-you-go', proxied } },
    })
  assert.equal(bound(false).arithmetic, '15 s × (2 + 1) detection + 5 s probe + 30 s TTL + 5 s client tail = 85 s')
  assert.equal(bound(true).arithmetic, '15 s × (2 + 1) detection + 5 s probe + 5 s client tail = 55 s')
  assert.deepEqual([bound(true).ttl.seconds, bound(true).detection.seconds], [0, 50])
})

test('behind an accelerator no TTL counts, but the time it takes to send callers elsewhere', () => {
  const bound = recoveryBound({ gslb: { ...gslb(10, 2, 60, 5).gslb, provider: 'accelerator' } })
  assert.equal(bound.ttl.seconds, 0)
  assert.equal(bound.detection.seconds, 66)
  assert.equal(bound.arithmetic, '10 s × (2 + 1) detection + 6 s probe + 30 s shift + 5 s client tail = 71 s')
})
