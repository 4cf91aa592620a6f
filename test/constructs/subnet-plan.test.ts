import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { subnetPlan } from '../../constructs/subnet-plan.ts'
import { formatCidr, networkOf, overlap, parseCidr } from '../../topology/cidr.ts'

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d']

test('public subnets are small, private ones large', () => {
  assert.deepEqual(subnetPlan('10.10.0.0/16', ZONES.slice(0, 3)), {
    public: ['10.10.0.0/20', '10.10.16.0/20', '10.10.32.0/20'],
    private: ['10.10.128.0/19', '10.10.160.0/19', '10.10.192.0/19'],
  })
})

test('subnets lie within the network, do not overlap, and stay where they are when a zone is added', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 32 - 1),
      fc.integer({ min: 16, max: 24 }),
      fc.integer({ min: 2, max: 4 }),
      (at, prefix, zones) => {
        const network = networkOf({ first: at, prefix })
        const plan = subnetPlan(formatCidr(network), ZONES.slice(0, zones))
        assert.ok(plan)
        const subnets = [...plan.public, ...plan.private].map((cidr) => parseCidr(cidr) ?? assert.fail(cidr))
        assert.equal(subnets.length, 2 * zones)
        subnets.forEach((subnet, index) => {
          assert.deepEqual(networkOf({ ...subnet, prefix }), network)
          assert.deepEqual(networkOf(subnet), subnet)
          for (const other of subnets.slice(index + 1)) assert.ok(!overlap(subnet, other))
        })
        if (zones < 4)
          assert.deepEqual(
            subnetPlan(formatCidr(network), ZONES.slice(0, zones + 1))?.private.slice(0, zones),
            plan.private,
          )
      },
    ),
  )
})

test('a zone that takes the place of another has other ranges, and letters that meet make way', () => {
  const before = subnetPlan('10.10.0.0/16', ['us-east-1a', 'us-east-1b'])
  const after = subnetPlan('10.10.0.0/16', ['us-east-1a', 'us-east-1c'])
  assert.deepEqual(before?.private, ['10.10.128.0/19', '10.10.160.0/19'])
  assert.deepEqual(after?.private, ['10.10.128.0/19', '10.10.192.0/19'])
  const met = subnetPlan('10.10.0.0/16', ['us-east-1a', 'us-east-1e', 'us-east-1f'])
  assert.deepEqual(met?.private, ['10.10.128.0/19', '10.10.160.0/19', '10.10.192.0/19'])
})

test('a network without room, or without a sensible number of zones, has no plan', () => {
  for (const [cidr, zones] of [
    ['10.0.0.0/25', 2],
    ['10.0.0.0/8', 2],
    ['nonsense', 2],
    ['10.0.0.0/16', 1],
    ['10.0.0.0/16', 5],
  ] as const) {
    assert.equal(subnetPlan(cidr, [...ZONES, 'us-east-1e'].slice(0, zones)), undefined, `${cidr} ${zones}`)
  }
})
