import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { TerraformStack } from 'cdktf'
import type { Gslb, GslbProps, GslbTarget } from '../../../constructs/index.ts'
import type { AntipodeError } from '../../../runtime/model/errors.ts'
import { type OfflineTerraform, startOfflineTerraform } from '../../../toolkit/offline/offline-terraform.ts'
import { findTerraform } from '../../../toolkit/offline/terraform/terraform.ts'
import { type SynthesisedStack, synthesiseStack } from '../../stacks/synthesise.ts'
import { skip } from '../../toolkit/offline/terraform-available.ts'

export type Policy = GslbProps['policy']

/** What a vendor is asked for; `ttl` and `interval` in seconds. */
export interface Asked {
  readonly name: string
  readonly host: string
  readonly policy: Policy
  readonly targets: readonly GslbTarget[]
  readonly ttl: number
  readonly interval: number
  readonly threshold: number
}

/** Where a caller, or the resolver that asks for it, is. */
export interface Place {
  readonly country: string
  readonly continent: string
}

/** How one region is offered to callers. */
export interface Offer {
  /** What tells it from the other offers of the same name. */
  readonly identifier: string
  readonly region: string
  /** The balancer that callers end up at: a name, or an ARN. */
  readonly balancer: string
  /** What a caller is handed: a name, addresses that follow a name, or addresses of the vendor's own. */
  readonly kind: 'CNAME' | 'flattened' | 'anycast'
  /** Seconds; undefined where answers never change. */
  readonly ttl: number | undefined
  /** Undefined where the balancer's own check decides. */
  readonly check: { readonly path: string; readonly interval: number; readonly threshold: number } | undefined
}

/** One way of sending callers to regions, as the suite sees it: made by constructs, read back from what they become. */
export interface Vendor {
  readonly name: Gslb['provider']
  readonly policies: readonly Policy[]
  /** What the others are refused with. @default it has all of them */
  readonly refusal?: RegExp
  readonly kind: Offer['kind']
  /** Why the topology's TTL does not count. @default it is honoured */
  readonly ttlExplained?: string
  /** Why the vendor's own health check is not among the resources. @default it is */
  readonly checkExplained?: string
  /** Shortest TTL and interval, in seconds. */
  readonly shortest: { readonly ttl: number; readonly interval: number }
  prepare(stack: TerraformStack): void
  make(stack: TerraformStack, id: string, asked: Asked): Gslb
  offers(stack: SynthesisedStack, host: string): readonly Offer[]
  /** Who a caller may be sent to, each with its share, when these regions are lost. */
  answered(stack: SynthesisedStack, host: string, lost: ReadonlySet<string>, place: Place): ReadonlyMap<string, number>
}

const nowhere = { weight: 1, continents: [], countries: [] }
const pair: readonly GslbTarget[] = [
  { region: 'us-west-2', role: 'standby', address: 'west.lb.example', balancerArn: 'arn:west' },
  { region: 'us-east-1', role: 'primary', address: 'us.lb.example', balancerArn: 'arn:us' },
]
const three: readonly GslbTarget[] = [
  {
    region: 'eu-west-1',
    role: 'active',
    address: 'eu.lb.example',
    balancerArn: 'arn:eu',
    callers: { weight: 4, continents: ['EU'], countries: ['TR'] },
  },
  { region: 'us-east-1', role: 'active', address: 'us.lb.example', balancerArn: 'arn:us', callers: nowhere },
  {
    region: 'ap-southeast-2',
    role: 'active',
    address: 'ap.lb.example',
    balancerArn: 'arn:ap',
    callers: { weight: 0, continents: ['OC', 'AN'], countries: [] },
  },
]
const POLICIES: readonly Policy[] = ['failover', 'latency', 'weighted', 'geolocation']
const PLACES = {
  germany: { country: 'DE', continent: 'EU' },
  turkey: { country: 'TR', continent: 'AS' },
  brazil: { country: 'BR', continent: 'SA' },
  antarctica: { country: 'AQ', continent: 'AN' },
} as const satisfies Record<string, Place>

/** What every vendor of GSLBs has to do, with every policy that it has. */
export function describeGslb(vendor: Vendor): void {
  const asked = (policy: Policy, more: Partial<Asked> = {}): Asked => ({
    name: 'shop',
    host: `${policy}.shop.example`,
    policy,
    targets: policy === 'failover' ? pair : three,
    ttl: vendor.shortest.ttl,
    interval: vendor.shortest.interval,
    threshold: 2,
    ...more,
  })
  const synthesised = (...all: readonly Asked[]): SynthesisedStack =>
    synthesiseStack((app) => {
      const stack = new TerraformStack(app, `gslb-${vendor.name}`)
      vendor.prepare(stack)
      for (const one of all) vendor.make(stack, one.policy, one)
      return stack
    })
  const who = (stack: SynthesisedStack, policy: Policy, lost: readonly string[], place: Place = PLACES.brazil) =>
    Object.fromEntries(vendor.answered(stack, `${policy}.shop.example`, new Set(lost), place))

  describe(`a GSLB of ${vendor.name}`, () => {
    for (const policy of POLICIES) {
      if (!vendor.policies.includes(policy)) {
        it(`refuses the policy ${policy}, and says which to use`, () => {
          assert.match(
            refusal(() => synthesised(asked(policy))),
            vendor.refusal ?? assert.fail('say what it refuses with'),
          )
        })
        continue
      }
      describe(`by ${policy}`, () => contract(policy))
    }
    if (vendor.policies.includes('failover')) failover()
    if (vendor.policies.includes('latency')) latency()
    if (vendor.policies.includes('weighted')) weighted()
    if (vendor.policies.includes('geolocation')) geolocation()
    inTerraform()
  })

  function contract(policy: Policy): void {
    const regions = asked(policy).targets.map(({ region }) => region)

    it('answers for its host with every region, and no other', () => {
      const offers = vendor.offers(synthesised(asked(policy)), `${policy}.shop.example`)
      assert.deepEqual([...new Set(offers.map(({ region }) => region))].sort(), regions.toSorted())
      for (const { region, address, balancerArn } of asked(policy).targets) {
        const balancers = offers.filter((offer) => offer.region === region).map(({ balancer }) => balancer)
        assert.ok(balancers.length > 0 && balancers.every((it) => it === address || it === balancerArn), region)
      }
    })

    it('names each offer once, and hands out addresses of its kind', () => {
      const offers = vendor.offers(synthesised(asked(policy)), `${policy}.shop.example`)
      const identifiers = offers.map(({ identifier }) => identifier)
      assert.equal(new Set(identifiers).size, identifiers.length)
      for (const { kind } of offers) assert.equal(kind, vendor.kind)
    })

    it('asks every region’s gateways whether they are ready, as often as it is told', {
      skip: vendor.checkExplained,
    }, () => {
      const { interval } = vendor.shortest
      for (const { check } of vendor.offers(synthesised(asked(policy)), `${policy}.shop.example`)) {
        assert.deepEqual(check, { path: '/status/ready', interval, threshold: 2 })
      }
    })

    it('honours the TTL', { skip: vendor.ttlExplained ?? false }, () => {
      const { ttl } = vendor.shortest
      for (const seconds of [ttl, ttl + 25]) {
        const offers = vendor.offers(synthesised(asked(policy, { ttl: seconds })), `${policy}.shop.example`)
        for (const offer of offers) assert.equal(offer.ttl, seconds)
      }
    })

    it('leaves a lost region for one that is not, and answers even when all are lost', () => {
      const stack = synthesised(asked(policy))
      for (const place of Object.values(PLACES)) {
        for (const lost of regions) {
          const answered = Object.keys(who(stack, policy, [lost], place))
          assert.ok(answered.length > 0 && !answered.includes(lost), `${lost} is lost`)
        }
        assert.ok(Object.keys(who(stack, policy, regions, place)).length > 0, 'all are lost')
      }
    })

    it('refuses one region, and a region twice', () => {
      const [first] = asked(policy).targets
      const primary = first && ({ ...first, role: policy === 'failover' ? 'primary' : 'active' } as const)
      assert.ok(primary)
      const one = refusal(() => synthesised(asked(policy, { targets: [primary] })))
      assert.match(one, /\.targets: has 1 to answer with; name a second region/)
      const twice = refusal(() => synthesised(asked(policy, { targets: [primary, primary] })))
      assert.match(twice, /\.targets: names us-west-2|eu-west-1 twice; name each region once/)
    })

    it('takes names however long they are, and changes none of them when it is made again', () => {
      const long = asked(policy, { name: 'a-name-that-is-as-long-as-it-may' })
      const stack = synthesised(long)
      assert.deepEqual(synthesised(long), stack)
      for (const name of namesIn(stack)) assert.ok(name.length <= 64, name)
    })

    it('holds no secret', () => {
      const text = JSON.stringify(synthesised(asked(policy)))
      assert.doesNotMatch(text, /token|api_key|password|secret|access_key/i)
    })
  }

  function failover(): void {
    it('fails over to the standby, and only then', () => {
      const stack = synthesised(asked('failover'))
      assert.deepEqual(Object.keys(who(stack, 'failover', [])), ['us-east-1'])
      assert.deepEqual(Object.keys(who(stack, 'failover', ['us-east-1'])), ['us-west-2'])
    })
    it('refuses two primaries, and none', () => {
      for (const role of ['primary', 'standby'] as const) {
        const targets = pair.map((target) => ({ ...target, role }))
        assert.match(
          refusal(() => synthesised(asked('failover', { targets }))),
          /\.targets: has [02] primaries; the failover policy answers with exactly one/,
        )
      }
    })
  }

  function latency(): void {
    it('by latency may send callers to any region', () => {
      const answered = who(synthesised(asked('latency')), 'latency', [])
      assert.deepEqual(Object.keys(answered).sort(), three.map(({ region }) => region).sort())
    })
  }

  function weighted(): void {
    it('by weight shares callers out in proportion, and gives a region without weight none while another is there', () => {
      const stack = synthesised(asked('weighted'))
      assert.deepEqual(who(stack, 'weighted', []), { 'eu-west-1': 0.8, 'us-east-1': 0.2 })
      assert.deepEqual(who(stack, 'weighted', ['eu-west-1']), { 'us-east-1': 1 })
    })
  }

  function geolocation(): void {
    it('by place answers with the region that takes it, everyone else with the one that names none', () => {
      const stack = synthesised(asked('geolocation'))
      const answered = Object.entries(PLACES).map(([name, place]) => [
        name,
        ...Object.keys(who(stack, 'geolocation', [], place)),
      ])
      assert.deepEqual(answered, [
        ['germany', 'eu-west-1'],
        ['turkey', 'eu-west-1'],
        ['brazil', 'us-east-1'],
        ['antarctica', 'ap-southeast-2'],
      ])
    })
    it('by place lets the first region take everyone else where every region names places', () => {
      const targets = three.map((target) => {
        return target.region === 'us-east-1' ? { ...target, callers: { ...nowhere, continents: ['NA'] } } : target
      })
      const stack = synthesised(asked('geolocation', { targets }))
      assert.deepEqual(Object.keys(who(stack, 'geolocation', [])), ['eu-west-1'])
    })
  }

  function inTerraform(): void {
    describe('in the real Terraform', { skip }, () => {
      const name = `gslb-${vendor.name}`
      let offline: OfflineTerraform
      before(async () => {
        // No data is read; Terraform takes no empty word for that.
        const { data: _, ...document } = synthesised(...vendor.policies.map((policy) => asked(policy)))
        const stack = { name, document, reads: {} }
        offline = await startOfflineTerraform({
          terraform: await findTerraform(process.env),
          stacks: [stack],
          env: process.env,
        })
        await offline.place(stack)
      })
      after(() => offline?.close())

      it('is valid, is applied with every policy beside each other, leaves nothing to change, and is destroyed', async () => {
        const nothing = { add: 0, change: 0, destroy: 0, replaced: [] }
        assert.deepEqual((await offline.validate(name)).findings, [])
        const applied = await offline.planAndApply(name)
        assert.deepEqual([applied.ok, applied.findings], [true, []])
        assert.deepEqual((await offline.plan(name)).changes, nothing)
        const destroyed = await offline.planAndApply(name, '-destroy')
        assert.deepEqual([destroyed.ok, destroyed.findings], [true, []])
      })
    })
  }
}

function refusal(make: () => unknown): string {
  let refused = ''
  assert.throws(make, (error: AntipodeError) => {
    refused = error.message
    return error.code === 'CONSTRUCT_INVALID' && error.exit === 2
  })
  return refused
}

function namesIn({ resource }: SynthesisedStack): string[] {
  return Object.values(resource).flatMap((named) =>
    Object.values(named).flatMap(({ name }) => (typeof name === 'string' && !name.includes('.') ? [name] : [])),
  )
}
