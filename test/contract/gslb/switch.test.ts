import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  CloudflareGslb,
  cloudflare,
  type FailoverSwitch,
  type GslbTarget,
  InvertedCheckSwitch,
  Route53Gslb,
  RoutingControlSwitch,
} from '../../../constructs/index.ts'
import { startOfflineTerraform } from '../../../toolkit/offline/offline-terraform.ts'
import { findTerraform } from '../../../toolkit/offline/terraform/terraform.ts'
import { seconds } from '../../../topology/index.ts'
import { type Block, resources, type SynthesisedStack, synthesiseStack } from '../../stacks/synthesise.ts'
import { skip } from '../../toolkit/offline/terraform-available.ts'

const targets: readonly GslbTarget[] = [
  { region: 'us-east-1', role: 'primary', address: 'us.lb.example' },
  { region: 'us-west-2', role: 'standby', address: 'west.lb.example' },
]
const regions = targets.map(({ region }) => region)
const common = { name: 'shop', host: 'api.shop.example', policy: 'failover', targets } as const

/** A way for people to take a region out of the answers, and what its checks see once they have. */
interface Thrown {
  readonly make: (stack: TerraformStack) => FailoverSwitch
  /** The check that sees the region on until its switch is thrown. */
  readonly sees: (check: Block) => boolean
  /** Where throwing it is asked for, of all that is made. */
  readonly asked: (stack: SynthesisedStack) => readonly unknown[]
}

const SWITCHES: Readonly<Record<string, Thrown>> = {
  'routing controls': {
    make: (stack) => new RoutingControlSwitch(stack, 'switch', { name: 'shop', regions }),
    sees: ({ type, routing_control_arn: arn }) => type === 'RECOVERY_CONTROL' && /routing_control/.test(`${arn}`),
    // A cluster has an endpoint in each of five regions, any of which will do.
    asked: (stack) =>
      Object.values(resources(stack, 'aws_route53recoverycontrolconfig_cluster')).map(({ region }) => region),
  },
  'a file': {
    make: (stack) =>
      new InvertedCheckSwitch(stack, 'switch', { name: 'shop', regions, url: 'https://off.example/shop' }),
    sees: ({ type, invert_healthcheck: inverted }) => type === 'HTTPS' && inverted === true,
    asked: (stack) => {
      const checks = Object.values(resources(stack, 'aws_route53_health_check'))
      return checks.filter(({ invert_healthcheck: inverted }) => inverted).map(({ fqdn }) => fqdn)
    },
  },
}

for (const [name, thrown] of Object.entries(SWITCHES)) {
  describe(`a switch of ${name}`, () => {
    const stack = synthesiseStack((app) => {
      const made = new TerraformStack(app, 'gslb')
      new AwsProvider(made, 'aws', { region: 'us-east-1' })
      const failoverSwitch = thrown.make(made)
      const health = { interval: seconds(10), threshold: 2 }
      new Route53Gslb(made, 'gslb', { ...common, zoneId: 'Z1', ttl: seconds(10), health, failoverSwitch })
      return made
    })
    const checks = resources(stack, 'aws_route53_health_check')
    const childrenOf = (check: Block): Block[] => {
      const named = (check.child_healthchecks as string[]).map((it) => /check\.(.+)\.id\}$/.exec(it)?.[1] ?? '')
      return named.map((child) => checks[child] ?? assert.fail(child))
    }

    it('takes a region out while its gateways are ready: an answer needs both', () => {
      const records = Object.values(resources(stack, 'aws_route53_record'))
      assert.deepEqual(records.map((record) => record.set_identifier).sort(), regions.toSorted())
      for (const { health_check_id: id, set_identifier: region } of records) {
        const check = checks[/check\.(.+)\.id\}$/.exec(`${id}`)?.[1] ?? ''] ?? assert.fail(`${id}`)
        assert.deepEqual([check.type, check.child_health_threshold], ['CALCULATED', 2])
        const children = childrenOf(check)
        assert.equal(children.filter((child) => thrown.sees(child)).length, 1)
        assert.equal(
          children.filter(({ type, resource_path: path }) => type === 'HTTP' && path === '/status/ready').length,
          1,
        )
        for (const { tags } of children) assert.equal((tags as Block).Region, region)
      }
    })

    it('is thrown without an apply: no argument of any resource says whether it is', () => {
      for (const [type, named] of Object.entries(stack.resource)) {
        for (const block of Object.values(named)) {
          const words = Object.keys(block).filter((key) => /state|enabled|disabled|_on$|off/.test(key))
          assert.deepEqual(words, [], type)
        }
      }
    })

    it('asks nothing of the region that is lost', () => {
      const asked = thrown.asked(stack)
      assert.ok(asked.length > 0)
      for (const place of asked) assert.ok(!regions.some((region) => `${place}`.includes(region)), `${place}`)
      assert.ok(!asked.some((place) => targets.some(({ address }) => address === place)))
    })
  })
}

describe('a pool that people disable at Cloudflare', { skip }, () => {
  it('stays as they left it: the next plan changes nothing', async () => {
    const { data: _, ...document } = synthesiseStack((app) => {
      const made = new TerraformStack(app, 'gslb')
      const { CloudflareProvider } = cloudflare('provider')
      new CloudflareProvider(made, 'cloudflare', {})
      const settings = { accountId: 'account', zoneId: 'zone', ttl: seconds(30) }
      new CloudflareGslb(made, 'gslb', { ...common, ...settings, health: { interval: seconds(15), threshold: 2 } })
      return made
    })
    const stack = { name: 'gslb', document, reads: {} }
    const terraform = await findTerraform(process.env)
    const offline = await startOfflineTerraform({ terraform, stacks: [stack], env: process.env })
    try {
      await offline.place(stack)
      assert.deepEqual((await offline.planAndApply('gslb')).findings, [])
      offline.cloud.change('cloudflare_load_balancer_pool', { name: 'shop-us-east-1' }, { enabled: false })
      const { ok, changes } = await offline.plan('gslb')
      assert.deepEqual([ok, changes], [true, { add: 0, change: 0, destroy: 0, replaced: [] }])
    } finally {
      await offline.close()
    }
  })
})
