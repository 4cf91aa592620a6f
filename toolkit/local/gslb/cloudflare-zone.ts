import type { GslbRecord, GslbZone } from './synthesised-zone.ts'

type Attributes = Readonly<Record<string, unknown>>
type Resources = Readonly<Record<string, Readonly<Record<string, Attributes>>>>

/** An endpoint is up while more than half of those who check it from Cloudflare's data centres say so. */
const HEALTHY_SHARE = 0.5

/**
 * Reads what Cloudflare would answer for `host`, where it answers DNS and no more: a record for each pool. Undefined
 * where the stack has no load balancer of Cloudflare's for it.
 */
export function readCloudflareZone(resources: Resources, host: string): GslbZone | undefined {
  const balancer = Object.values(resources.cloudflare_load_balancer ?? {}).find(({ name }) => name === host)
  if (!balancer) return undefined
  if (balancer.proxied) {
    throw new Error(
      `calls to ${host} pass through Cloudflare's proxy, which is not here; set gslb.cloudflare.proxied to false`,
    )
  }
  const pools = balancer.default_pools as readonly string[]
  const records = pools.map((pool, index) => readPool(resources, balancer, pool, index))
  const lastResort = records[pools.indexOf(String(balancer.fallback_pool))]?.region
  return { host, records, healthyShare: HEALTHY_SHARE, ...(lastResort && { lastResort }) }
}

function readPool(resources: Resources, balancer: Attributes, pool: string, index: number): GslbRecord {
  const { origins, monitor } = referred(resources, 'cloudflare_load_balancer_pool', pool)
  const check = referred(resources, 'cloudflare_load_balancer_monitor', monitor)
  const [origin] = origins as readonly { readonly name: string }[]
  return {
    region: origin?.name ?? '',
    ttl: Number(balancer.ttl),
    policy: readPolicy(balancer, pool, index),
    check: {
      path: String(check.path),
      interval: Number(check.interval),
      threshold: Number(check.consecutive_down),
    },
  }
}

function readPolicy({ steering_policy: steering, random_steering: random }: Attributes, pool: string, index: number) {
  if (steering === 'off') return { kind: 'failover', type: index === 0 ? 'PRIMARY' : 'SECONDARY' } as const
  if (steering === 'dynamic_latency' || steering === 'proximity') return { kind: 'latency' } as const
  const { pool_weights: weights } = (random ?? {}) as { pool_weights?: Readonly<Record<string, number>> }
  if (steering === 'random') return { kind: 'weighted', weight: weights?.[pool] ?? 1 } as const
  throw new Error(`cloudflare_load_balancer has a steering policy that the local GSLB does not know: ${steering}`)
}

function referred(resources: Resources, type: string, reference: unknown): Attributes {
  const name = new RegExp(`^\\$\\{${type}\\.(.+)\\.id\\}$`).exec(String(reference))?.[1] ?? ''
  const found = resources[type]?.[name]
  if (!found) throw new Error(`${reference} is in no stack that answers for the host`)
  return found
}
