import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  CloudflareGslb,
  type CloudflareGslbProps,
  CloudflareZone,
  cloudflare,
  type GslbTarget,
} from '../../constructs/index.ts'
import type { AntipodeError } from '../../runtime/model/errors.ts'
import { seconds } from '../../topology/index.ts'
import { type Block, resources, type SynthesisedStack, synthesiseStack } from '../stacks/synthesise.ts'

const nowhere = { weight: 1, continents: [], countries: [] }
const targets: readonly GslbTarget[] = [
  { region: 'us-east-1', role: 'active', address: 'us.lb.example', callers: { ...nowhere, weight: 200 } },
  { region: 'eu-west-1', role: 'active', address: 'eu.lb.example', callers: { ...nowhere, continents: ['EU'] } },
]
const props: CloudflareGslbProps = {
  name: 'shop',
  host: 'api.shop.example',
  zoneId: 'zone',
  accountId: 'account',
  policy: 'latency',
  targets,
  ttl: seconds(30),
  health: { interval: seconds(15), threshold: 2 },
}
const coordinates = {
  'us-east-1': { latitude: 38.9, longitude: -77.4 },
  'eu-west-1': { latitude: 53.3, longitude: -6.3 },
}

function synthesised(more: Partial<CloudflareGslbProps>): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'gslb')
    new CloudflareGslb(stack, 'gslb', { ...props, ...more })
    return stack
  })
}

function balancer(more: Partial<CloudflareGslbProps>): Block {
  const [found] = Object.values(resources(synthesised(more), 'cloudflare_load_balancer'))
  return found ?? assert.fail('there is no load balancer')
}

test('without the proxy resolvers are answered, for as long as the topology says', () => {
  const { proxied, ttl, adaptive_routing: adaptive, session_affinity: affinity } = balancer({})
  assert.deepEqual([proxied, ttl, adaptive, affinity], [false, 30, undefined, 'none'])
})

test('behind the proxy no TTL is ours, and a call that a region refuses goes to another', () => {
  const {
    proxied,
    ttl,
    adaptive_routing: adaptive,
    location_strategy: strategy,
  } = balancer({ proxied: true, coordinates })
  assert.deepEqual([proxied, ttl, adaptive, strategy], [true, undefined, { failover_across_pools: true }, undefined])
})

test('the nearest region is that with the shortest round trip, or by distance where it is known where all are', () => {
  const [pool] = Object.values(resources(synthesised({}), 'cloudflare_load_balancer_pool'))
  assert.deepEqual([balancer({}).steering_policy, pool?.check_regions], ['dynamic_latency', ['ALL_REGIONS']])
  const stack = synthesised({ coordinates, checkRegions: ['WEU'] })
  const pools = Object.values(resources(stack, 'cloudflare_load_balancer_pool'))
  assert.deepEqual(
    pools.map(({ latitude, longitude, check_regions: from }) => [latitude, longitude, from]),
    [
      [38.9, -77.4, ['WEU']],
      [53.3, -6.3, ['WEU']],
    ],
  )
  const located = balancer({ coordinates })
  assert.equal(located.steering_policy, 'proximity')
  assert.deepEqual(located.location_strategy, { mode: 'resolver_ip', prefer_ecs: 'proximity' })
})

test('weights are shares of the largest, and a small one does not become none', () => {
  const steering = balancer({ policy: 'weighted' }).random_steering as Block
  assert.deepEqual(Object.values(steering.pool_weights as Block), [1, 0.01])
})

test('data centres of Cloudflare go before countries and regions', () => {
  const placed = balancer({ policy: 'geolocation', pops: { 'us-east-1': ['LAX', 'SJC'] } })
  assert.deepEqual(Object.keys(placed.pop_pools as Block), ['LAX', 'SJC'])
  assert.deepEqual(Object.keys(placed.region_pools as Block), ['EEU', 'WEU'])
})

test('what cannot be is refused with every prop at once', () => {
  const wrong = {
    ttl: seconds(10),
    health: { interval: seconds(5), threshold: 0 },
    checkRegions: ['WEU'],
    pops: { 'us-east-1': ['LAX'] },
  }
  assert.throws(
    () => synthesised(wrong),
    ({ message }: AntipodeError) => {
      assert.deepEqual(
        message.split('\n').map((line) => line.trim().split(';')[0]),
        [
          'gslb/gslb: 5 props have to change',
          'ttl: 10 s is no TTL of Cloudflare',
          'health.interval: 5 s is no interval of Cloudflare',
          'health.threshold: 0 cannot be',
          'checkRegions: must be ALL_REGIONS to measure round trips',
          "pops: is of no use to 'latency'",
        ],
      )
      return true
    },
  )
  assert.throws(() => synthesised({ coordinates: { 'us-east-1': coordinates['us-east-1'] } }), {
    message: "gslb/gslb.coordinates: says nothing of eu-west-1; give every region's, or none",
  })
})

test('certificates are proved at Cloudflare, under names without the dot that ACM ends them with', () => {
  const stack = synthesiseStack((app) => {
    const made = new TerraformStack(app, 'dns')
    new AwsProvider(made, 'aws', { region: 'us-east-1' })
    ;new (cloudflare('provider').CloudflareProvider)(made, 'cloudflare', {})
    const regions = targets.map(({ region }) => region)
    new CloudflareZone(made, 'zone', { host: 'api.shop.example', regions, zoneId: 'zone' })
    return made
  })
  assert.deepEqual(resources(stack, 'aws_route53_zone'), {})
  const [proof, ...more] = Object.values(resources(stack, 'cloudflare_dns_record'))
  assert.deepEqual([proof?.zone_id, proof?.proxied, more], ['zone', false, []])
  for (const name of ['name', 'content']) assert.match(`${proof?.[name]}`, /^\$\{trimsuffix\(.*, "\."\)\}$/)
  const validations = Object.values(resources(stack, 'aws_acm_certificate_validation'))
  assert.deepEqual(
    validations.map(({ region }) => region),
    ['us-east-1', 'eu-west-1'],
  )
  for (const { validation_record_fqdns: names } of validations) assert.match(`${names}`, /^\$\{cloudflare_dns_record\./)
})

test('who does not use Cloudflare needs none of its constructs, and who does is told which to install', () => {
  const constructs = fileURLToPath(new URL('../../constructs/index.ts', import.meta.url))
  const without = `
    import { Module } from 'node:module'
    const resolve = Module._resolveFilename
    Module._resolveFilename = (name, ...rest) => {
      if (!name.startsWith('@cdktf/provider-cloudflare')) return resolve.call(Module, name, ...rest)
      throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' })
    }
    const { cloudflare, Route53Gslb } = await import(${JSON.stringify(constructs)})
    try { cloudflare('provider') } catch ({ code, exit, message }) { console.log(typeof Route53Gslb, code, exit, message) }
  `
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', without], {
    encoding: 'utf8',
  })
  assert.match(stdout, /^function PACKAGE_MISSING 2 .*npm install @cdktf\/provider-cloudflare$/m, stderr)
})
