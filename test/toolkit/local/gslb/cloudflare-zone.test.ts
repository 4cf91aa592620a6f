import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chooseRecord } from '../../../../toolkit/local/gslb/choose-record.ts'
import { readZone } from '../../../../toolkit/local/gslb/synthesised-zone.ts'
import { defineTopology, type TopologyDescription } from '../../../../topology/index.ts'
import { synthesise } from '../../../stacks/synthesise.ts'

const cloudflare = { account: '023e105f4ecef8ad9ca31a8372d0c353', zone: '699d98642c564d2e855e9661899b7252' }
const dataPlane = { instances: 3, each: '2000/s' }
const described: TopologyDescription = {
  name: 'shop',
  mode: 'active-active',
  host: 'api.shop.example',
  regions: {
    'us-east-1': { role: 'active', network: '10.1.0.0/16', dataPlane, callers: { weight: 1 } },
    'eu-west-1': { role: 'active', network: '10.2.0.0/16', dataPlane, callers: { weight: 4 } },
  },
  gslb: { provider: 'cloudflare', cloudflare },
  peak: '5000/s',
  objectives: { rto: '90s' },
}

function zoneOf(more: Partial<TopologyDescription>) {
  const stacks = synthesise(defineTopology({ ...described, ...more }))
  return readZone(stacks.get('shop-gslb'), 'api.shop.example')
}

describe('the zone of a stack with Cloudflare’s load balancer', () => {
  const check = { path: '/status/ready', interval: 15, threshold: 2 }

  it('is a record a pool, checked as its monitor says, up while most see it up', () => {
    const zone = zoneOf({})
    assert.deepEqual(zone, {
      host: 'api.shop.example',
      records: ['us-east-1', 'eu-west-1'].map((region) => ({ region, ttl: 30, policy: { kind: 'latency' }, check })),
      healthyShare: 0.5,
      lastResort: 'us-east-1',
    })
  })

  it('has the order of pools for failover, and their weights', () => {
    const regions = {
      'us-east-1': { role: 'standby', network: '10.1.0.0/16', dataPlane },
      'eu-west-1': { role: 'primary', network: '10.2.0.0/16', dataPlane },
    } as const
    const passive = zoneOf({ mode: 'active-passive', regions })
    assert.deepEqual(
      passive.records.map(({ region, policy }) => [region, policy]),
      [
        ['eu-west-1', { kind: 'failover', type: 'PRIMARY' }],
        ['us-east-1', { kind: 'failover', type: 'SECONDARY' }],
      ],
    )
    const weighted = zoneOf({ gslb: { provider: 'cloudflare', policy: 'weighted', cloudflare } })
    assert.deepEqual(
      weighted.records.map(({ policy }) => policy),
      [
        { kind: 'weighted', weight: 0.25 },
        { kind: 'weighted', weight: 1 },
      ],
    )
  })

  it('answers with the pool of last resort when none is healthy', () => {
    const { records, lastResort } = zoneOf({})
    for (const nearest of ['us-east-1', 'eu-west-1']) {
      const answer = chooseRecord(records, () => false, { nearest }, Math.random, lastResort)
      assert.equal(answer.region, 'us-east-1')
    }
  })

  it('is refused behind the proxy, and by place: neither can be answered here as it would be there', () => {
    assert.throws(
      () => zoneOf({ gslb: { provider: 'cloudflare', cloudflare: { ...cloudflare, proxied: true } } }),
      /pass through Cloudflare's proxy, which is not here; set gslb\.cloudflare\.proxied to false/,
    )
    const { 'us-east-1': east, 'eu-west-1': west } = described.regions
    assert.ok(east && west)
    const regions = { 'us-east-1': east, 'eu-west-1': { ...west, callers: { continents: ['EU'] } } }
    assert.throws(
      () => zoneOf({ regions, gslb: { provider: 'cloudflare', policy: 'geolocation', cloudflare } }),
      /steering policy that the local GSLB does not know: geo/,
    )
  })
})

it('an accelerator is refused by name, since nobody here could enter its network', () => {
  assert.throws(() => zoneOf({ gslb: { provider: 'accelerator' } }), /enter an accelerator, whose network is not here/)
})
