import type { LoadBalancerConfig } from '@cdktf/provider-cloudflare/lib/load-balancer/index.js'
import { cloudflarePlaces } from './cloudflare-places.ts'
import type { GslbProps, GslbTarget } from './gslb.ts'

export type Steering = Pick<
  LoadBalancerConfig,
  | 'steeringPolicy'
  | 'defaultPools'
  | 'fallbackPool'
  | 'regionPools'
  | 'countryPools'
  | 'popPools'
  | 'randomSteering'
  | 'locationStrategy'
>

export interface SteeringOptions extends Pick<GslbProps, 'policy' | 'targets'> {
  /** Id of the pool of each region. */
  readonly pools: Readonly<Record<string, string>>
  readonly proxied: boolean
  /** Whether it is known where every region is. */
  readonly located: boolean
  readonly pops: Readonly<Record<string, readonly string[]>>
}

/** How Cloudflare chooses a region's pool. The first target answers when all of them are unhealthy. */
export function steering(options: SteeringOptions): Steering {
  const { policy, targets, proxied, located } = options
  const order = (first: GslbTarget | undefined) => poolsFrom(first, options)
  if (policy === 'failover') {
    return { steeringPolicy: 'off', ...defaults(order(targets.find(({ role }) => role === 'primary'))) }
  }
  if (policy === 'weighted') {
    return {
      steeringPolicy: 'random',
      ...defaults(order(targets[0])),
      randomSteering: { poolWeights: weights(options) },
    }
  }
  if (policy === 'geolocation') return { steeringPolicy: 'geo', ...placed(options), ...location(proxied, 'geo') }
  if (!located) return { steeringPolicy: 'dynamic_latency', ...defaults(order(targets[0])) }
  return { steeringPolicy: 'proximity', ...defaults(order(targets[0])), ...location(proxied, 'proximity') }
}

/** One region's pool, and then the others' in the order in which they are declared. */
function poolsFrom(first: GslbTarget | undefined, { targets, pools }: SteeringOptions): string[] {
  const others = targets.filter((target) => target !== first)
  return [...(first ? [first] : []), ...others].map(({ region }) => pools[region] ?? '')
}

function defaults(ordered: readonly string[]): Pick<Steering, 'defaultPools' | 'fallbackPool'> {
  return { defaultPools: [...ordered], fallbackPool: ordered[0] ?? '' }
}

/** Weights lie between 0 and 1, in hundredths; a region that has any keeps one. */
function weights({ targets, pools }: SteeringOptions): Record<string, number> {
  const most = Math.max(...targets.map(({ callers }) => callers?.weight ?? 1), 1)
  return Object.fromEntries(
    targets.map(({ region, callers }) => {
      const weight = callers?.weight ?? 1
      return [pools[region] ?? '', weight === 0 ? 0 : Math.max(1, Math.round((weight / most) * 100)) / 100]
    }),
  )
}

/** Every place has all regions as its answers, its own first. Who is in no named place gets the default ones. */
function placed(options: SteeringOptions): Omit<Steering, 'steeringPolicy'> {
  const { targets, pops } = options
  const named = targets.map((target) => {
    const { regions, countries } = cloudflarePlaces(target.callers)
    return { target, regions, countries, pops: pops[target.region] ?? [] }
  })
  const others = named.find((it) => it.regions.length + it.countries.length + it.pops.length === 0) ?? named[0]
  const pools = (kind: 'regions' | 'countries' | 'pops') =>
    Object.fromEntries(named.flatMap((it) => it[kind].map((place) => [place, poolsFrom(it.target, options)])))
  return {
    ...defaults(poolsFrom(others?.target, options)),
    regionPools: pools('regions'),
    countryPools: pools('countries'),
    ...(Object.keys(pops).length > 0 && { popPools: pools('pops') }),
  }
}

/** Without the proxy only resolvers ask: what is known of the caller behind one goes first, then where it is itself. */
function location(proxied: boolean, preferEcs: 'geo' | 'proximity'): Pick<Steering, 'locationStrategy'> {
  return proxied ? {} : { locationStrategy: { preferEcs, mode: 'resolver_ip' } }
}
