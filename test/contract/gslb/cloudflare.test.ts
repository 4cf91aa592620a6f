import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { CloudflareGslb, cloudflare } from '../../../constructs/index.ts'
import { seconds } from '../../../topology/index.ts'
import { type Block, resources, type SynthesisedStack } from '../../stacks/synthesise.ts'
import { describeGslb, type Offer, type Place, type Vendor } from './suite.ts'

/** Cloudflare's regions, for the places that the suite asks from. */
const REGIONS: Readonly<Record<string, string>> = { DE: 'WEU', TR: 'ME', BR: 'NSAM', AQ: 'OC' }

for (const proxied of [false, true]) {
  const vendor: Vendor = {
    name: 'cloudflare',
    policies: ['failover', 'latency', 'weighted', 'geolocation'],
    kind: proxied ? 'anycast' : 'flattened',
    ...(proxied && { ttlExplained: 'the addresses of Cloudflare’s proxy never change' }),
    shortest: { ttl: 30, interval: 10 },
    prepare: (stack) => {
      new AwsProvider(stack, 'aws', { region: 'us-east-1' })
      const { CloudflareProvider } = cloudflare('provider')
      new CloudflareProvider(stack, 'cloudflare', {})
    },
    make: (stack, id, { name, policy, ttl, interval, threshold, ...props }) =>
      new CloudflareGslb(stack, id, {
        ...props,
        policy,
        name: `${name}-${policy}`,
        zoneId: 'zone',
        accountId: 'account',
        proxied,
        ttl: seconds(ttl),
        health: { interval: seconds(interval), threshold },
      }),
    offers: (stack, host) => {
      const balancer = balancerOf(stack, host)
      return ((balancer?.default_pools ?? []) as string[]).map((id) => offer(stack, balancer ?? {}, id))
    },
    answered: (stack, host, lost, place) => {
      const balancer = balancerOf(stack, host) ?? {}
      const region = (id: string): string => offer(stack, balancer, id).region
      const ids = poolsFor(balancer, place)
      const healthy = ids.filter((id) => !lost.has(region(id)))
      // The pool of last resort, whatever its health.
      if (healthy.length === 0) return new Map([[region(String(balancer.fallback_pool)), 1]])
      const inOrder = balancer.steering_policy === 'off' || balancer.steering_policy === 'geo'
      if (inOrder) return new Map([[region(healthy[0] ?? ''), 1]])
      const weights = (balancer.random_steering as Block | undefined)?.pool_weights as
        | Record<string, number>
        | undefined
      const weighted = healthy.map((id): [string, number] => [region(id), weights?.[id] ?? 1])
      const chosen = weighted.some(([, weight]) => weight > 0) ? weighted.filter(([, weight]) => weight > 0) : weighted
      const total = chosen.reduce((sum, [, weight]) => sum + weight, 0) || 1
      return new Map(chosen.map(([name, weight]) => [name, weight / total]))
    },
  }
  describeGslb(vendor)
}

function balancerOf(stack: SynthesisedStack, host: string): Block | undefined {
  return Object.values(resources(stack, 'cloudflare_load_balancer')).find(({ name }) => name === host)
}

function offer(stack: SynthesisedStack, balancer: Block, id: string): Offer {
  const pool = referred(stack, 'cloudflare_load_balancer_pool', id)
  const monitor = referred(stack, 'cloudflare_load_balancer_monitor', pool?.monitor)
  const [origin] = (pool?.origins ?? []) as Block[]
  return {
    identifier: String(pool?.name),
    region: String(origin?.name),
    balancer: String(origin?.address),
    kind: balancer.proxied ? 'anycast' : 'flattened',
    ttl: balancer.ttl as number | undefined,
    check: {
      path: String(monitor?.path),
      interval: Number(monitor?.interval),
      threshold: Number(monitor?.consecutive_down),
    },
  }
}

/** By place: the country's, else the region's, else those for everyone else. */
function poolsFor(balancer: Block, { country }: Place): string[] {
  const at = (kind: string, place: string) => (balancer[kind] as Record<string, string[]> | undefined)?.[place]
  return (
    at('country_pools', country) ?? at('region_pools', REGIONS[country] ?? '') ?? (balancer.default_pools as string[])
  )
}

function referred(stack: SynthesisedStack, type: string, reference: unknown): Block | undefined {
  const [, name = ''] = new RegExp(`^\\$\\{${type}\\.(.+)\\.id\\}$`).exec(`${reference}`) ?? []
  return resources(stack, type)[name]
}
