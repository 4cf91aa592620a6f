import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { defineTopology, type GslbDescription, recoveryBound, type TopologyDescription } from '../../topology/index.ts'

const page = readFileSync(new URL('../../docs/gslb.md', import.meta.url), 'utf8')
const ids = { account: '023e105f4ecef8ad9ca31a8372d0c353', zone: '699d98642c564d2e855e9661899b7252' }
const dataPlane = { instances: 6, each: '4000/s' }
const pair: TopologyDescription = {
  name: 'payments',
  mode: 'active-passive',
  host: 'api.payments.example',
  regions: {
    'us-east-1': { role: 'primary', network: '10.10.0.0/16', dataPlane },
    'us-west-2': { role: 'standby', network: '10.20.0.0/16', dataPlane },
  },
  peak: '6000/s',
  objectives: { rto: '90s' },
}

const shown: Readonly<Record<string, GslbDescription>> = {
  '`route53`': { provider: 'route53' },
  '`accelerator`': { provider: 'accelerator' },
  '`cloudflare`': { provider: 'cloudflare', cloudflare: ids },
  '`cloudflare`, plan `enterprise`': { provider: 'cloudflare', cloudflare: { ...ids, plan: 'enterprise' } },
  '`cloudflare`, `proxied`': { provider: 'cloudflare', cloudflare: { ...ids, proxied: true } },
  '`cloudflare`, `proxied`, plan `enterprise`': {
    provider: 'cloudflare',
    cloudflare: { ...ids, proxied: true, plan: 'enterprise' },
  },
}

for (const [name, gslb] of Object.entries(shown)) {
  test(`the page tells the bound of ${name}`, () => {
    const { arithmetic } = recoveryBound(defineTopology({ ...pair, gslb }))
    assert.ok(page.includes(`| ${name} | ${arithmetic} |`), arithmetic)
  })
}

test('the page’s example is one that a topology takes', () => {
  const [, example = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? []
  const { gslb } = defineTopology({ ...pair, ...parse(example) })
  assert.deepEqual(gslb.cloudflare, {
    ...ids,
    plan: 'pay-as-you-go',
    proxied: false,
    checkRegions: ['ALL_REGIONS'],
    coordinates: {},
  })
})
