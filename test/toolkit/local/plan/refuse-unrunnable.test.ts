import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AntipodeError } from '../../../../runtime/model/errors.ts'
import { refuseUnrunnable } from '../../../../toolkit/local/plan/refuse-unrunnable.ts'
import { defineTopology } from '../../../../topology/index.ts'
import { payments } from '../../drill/payments-topology.ts'

const { 'us-east-1': east, 'us-west-2': west } = payments.regions
assert.ok(east && west)

test('a pair, and any number of active regions, run', () => {
  refuseUnrunnable(payments)
  const {
    links: _,
    gslb: { ttl },
    database: { lease },
    ...rest
  } = payments
  const active = ['us-east-1', 'us-west-2', 'eu-west-1'].map((name) => [
    name,
    { role: 'active', network: east.network, dataPlane: east.dataPlane },
  ])
  const regions = Object.fromEntries(active)
  refuseUnrunnable(defineTopology({ ...rest, mode: 'active-active', regions, gslb: { ttl }, database: { lease } }))
})

test('everything that does not run is named at once', () => {
  const clusters = { partners: { group: 'default', instances: 1, each: '10/s' } }
  const everything = defineTopology({
    ...payments,
    regions: {
      'us-east-1': { ...east, clusters },
      'us-west-2': { ...west, clusters },
      'eu-west-1': { role: 'edge', network: '10.30.0.0/16', dataPlane: east.dataPlane },
    },
    sites: { frankfurt: { dataPlane: { address: '203.0.113.20', instances: 1, each: '10/s', near: 'eu-central-1' } } },
    gslb: { ...payments.gslb, policy: 'latency' },
  })
  assert.throws(
    () => refuseUnrunnable(everything),
    (error: AntipodeError) =>
      error.code === 'USAGE' &&
      /edges \(eu-west-1\), clusters \(partners\), data planes of sites \(frankfurt\);/.test(error.message),
  )
})
