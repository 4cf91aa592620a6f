import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { controlPlanesOf, defineTopology, linkedPairs } from '../../topology/index.ts'

const edge = { role: 'edge', network: '10.50.0.0/16', dataPlane: { instances: 2, each: '4000/s' } } as const
const site = { dataPlane: { address: '203.0.113.20', instances: 2, each: '4000/s', near: 'eu-central-1' } }
const { policy: _, ...gslb } = activePassive.gslb
const pair = defineTopology({
  ...activePassive,
  gslb,
  regions: { ...activePassive.regions, 'eu-west-1': edge },
  sites: { frankfurt: site },
})

test('data planes follow their own region first, then its peer; edges and sites follow both in declared order', () => {
  assert.deepEqual(controlPlanesOf(pair, 'us-west-2'), ['us-west-2', 'us-east-1'])
  assert.deepEqual(controlPlanesOf(pair, 'eu-west-1'), ['us-east-1', 'us-west-2'])
  assert.deepEqual(controlPlanesOf(pair, 'frankfurt'), ['us-east-1', 'us-west-2'])
})

test('where every region has a history of its own, data planes follow no other region', () => {
  assert.deepEqual(controlPlanesOf(activeActive, 'eu-west-1'), ['eu-west-1'])
})

test('regions with control planes reach each other, and an edge those that it follows', () => {
  assert.deepEqual(linkedPairs(pair), [
    ['us-east-1', 'us-west-2'],
    ['us-east-1', 'eu-west-1'],
    ['us-west-2', 'eu-west-1'],
  ])
  const regions = { ...activeActive.regions, 'ap-south-1': { ...edge, controlPlane: { from: ['eu-west-1'] } } }
  const alone = defineTopology({ ...activeActive, links: { kind: 'peering' }, regions })
  assert.deepEqual(linkedPairs(alone), [
    ['us-east-1', 'eu-west-1'],
    ['eu-west-1', 'ap-south-1'],
  ])
})
