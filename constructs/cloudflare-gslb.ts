import type { LoadBalancer } from '@cdktf/provider-cloudflare/lib/load-balancer/index.js'
import type { LoadBalancerMonitor } from '@cdktf/provider-cloudflare/lib/load-balancer-monitor/index.js'
import type { LoadBalancerPool } from '@cdktf/provider-cloudflare/lib/load-balancer-pool/index.js'
import type { Construct } from 'constructs'
import { CLOUDFLARE_PROBE_TIMEOUT, type Coordinates, type Gslb as GslbDescription } from '../topology/index.ts'
import { cloudflare } from './cloudflare-package.ts'
import { steering } from './cloudflare-steering.ts'
import { READY_PATH, STATUS_PORT } from './data-plane-service.ts'
import { Gslb, type GslbProps, type GslbTarget } from './gslb.ts'
import type { PropProblems } from './invalid-prop.ts'
import { resourceName } from './resource-name.ts'
import { type Transform, transform } from './transform.ts'

export interface CloudflareGslbProps extends GslbProps, Pick<GslbDescription, 'ttl' | 'health'> {
  /** Id of the account that owns pools and the monitor; `zoneId` is that of Cloudflare's zone. */
  readonly accountId: string
  /**
   * Calls pass through Cloudflare, which ends TLS at its edge and speaks TLS to the regions: set the zone's SSL mode to
   * Full (strict). The TTL is then Cloudflare's own, of addresses that never change.
   * @default false
   */
  readonly proxied?: boolean
  /** From where regions are checked: codes of Cloudflare's regions. @default ['ALL_REGIONS'] */
  readonly checkRegions?: readonly string[]
  /**
   * Where regions are, by region. With them the policy `latency` goes by distance.
   * @default none: by the round trips of health checks, which takes checks from ALL_REGIONS
   */
  readonly coordinates?: Readonly<Record<string, Coordinates>>
  /** Data centres of Cloudflare, such as LAX, whose callers a region takes, by region; Enterprise only. @default none */
  readonly pops?: Readonly<Record<string, readonly string[]>>
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<CloudflareGslb>
}

const EVERYWHERE = 'ALL_REGIONS'
/** Seconds. Cloudflare names no bound for a load balancer's TTL; of DNS records it takes none that is shorter. */
const SHORTEST_TTL = 30
const SHORTEST_INTERVAL = 10
const LONGEST_INTERVAL = 3_600

/**
 * Cloudflare's load balancer: a pool a region, one monitor that asks every region's gateways whether they are ready. It
 * needs none of the regions, and nothing of AWS.
 *
 * Where all regions are unhealthy it answers with the first, or the primary, whatever its health. Terraform leaves alone
 * whether a pool is enabled: disabling one, at Cloudflare, takes its region out while its checks pass. (Cloudflare has
 * no check that could be inverted, and nothing but its API turns a pool; a `FailoverSwitch` is therefore none of this
 * construct's props.)
 *
 * Affinity is off: a gateway keeps no sessions.
 */
export class CloudflareGslb extends Gslb {
  readonly provider = 'cloudflare'
  readonly monitor: LoadBalancerMonitor
  /** By region. */
  readonly pools: Readonly<Record<string, LoadBalancerPool>>
  readonly loadBalancer: LoadBalancer

  /** @throws AntipodeError CONSTRUCT_INVALID, and PACKAGE_MISSING where Cloudflare's constructs are not installed */
  constructor(scope: Construct, id: string, props: CloudflareGslbProps) {
    super(scope, id, props, refusals(props))
    const { name, zoneId, host, policy, targets, ttl, proxied = false, coordinates = {}, pops = {} } = props
    this.monitor = this.#monitor(props)
    this.pools = Object.fromEntries(targets.map((target) => [target.region, this.#pool(target, props)]))
    const { LoadBalancer } = cloudflare('load-balancer')
    this.loadBalancer = new LoadBalancer(this, 'load-balancer', {
      zoneId,
      name: host,
      description: `Callers of ${name}`,
      enabled: true,
      proxied,
      ...(!proxied && { ttl: ttl.seconds }),
      sessionAffinity: 'none',
      // A call that a region refuses goes to the next region at once; only the proxy sees it refused.
      ...(proxied && { adaptiveRouting: { failoverAcrossPools: true } }),
      ...steering({
        policy,
        targets,
        pools: Object.fromEntries(Object.entries(this.pools).map(([region, pool]) => [region, pool.id])),
        proxied,
        located: Object.keys(coordinates).length > 0,
        pops,
      }),
    })
    transform(this, props.transform)
  }

  #monitor({ name, accountId, health }: CloudflareGslbProps): LoadBalancerMonitor {
    const { LoadBalancerMonitor } = cloudflare('load-balancer-monitor')
    return new LoadBalancerMonitor(this, 'monitor', {
      accountId,
      description: `Whether a region of ${name} is ready`,
      type: 'http',
      method: 'GET',
      port: STATUS_PORT,
      path: READY_PATH,
      expectedCodes: '200',
      followRedirects: false,
      interval: health.interval.seconds,
      timeout: CLOUDFLARE_PROBE_TIMEOUT.seconds,
      // A retry would come right after; what has to fail several times is `consecutiveDown`.
      retries: 0,
      consecutiveDown: health.threshold,
      consecutiveUp: health.threshold,
      // Cloudflare deletes nothing that is in use.
      lifecycle: { createBeforeDestroy: true },
    })
  }

  #pool(target: GslbTarget, { name, accountId, checkRegions = [EVERYWHERE], coordinates }: CloudflareGslbProps) {
    const { region, address } = target
    const { LoadBalancerPool } = cloudflare('load-balancer-pool')
    return new LoadBalancerPool(this, `pool-${region}`, {
      accountId,
      name: resourceName(64, name, region),
      description: `${region} of ${name}`,
      origins: [{ name: region, address, enabled: true, weight: 1 }],
      minimumOrigins: 1,
      monitor: this.monitor.id,
      checkRegions: [...checkRegions],
      ...coordinates?.[region],
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['enabled'] },
    })
  }
}

function refusals(props: CloudflareGslbProps): PropProblems {
  const { policy, targets, ttl, health, proxied, coordinates = {}, checkRegions = [EVERYWHERE], pops = {} } = props
  const { interval, threshold } = health
  const located = Object.keys(coordinates)
  const missing = targets.map(({ region }) => region).filter((region) => !located.includes(region))
  const whole = Number.isInteger(interval.seconds)
  return {
    ttl:
      !proxied &&
      !(Number.isInteger(ttl.seconds) && ttl.seconds >= SHORTEST_TTL) &&
      `${ttl} is no TTL of Cloudflare; use whole seconds from ${SHORTEST_TTL}, or proxied`,
    'health.interval':
      !(whole && interval.seconds >= SHORTEST_INTERVAL && interval.seconds <= LONGEST_INTERVAL) &&
      `${interval} is no interval of Cloudflare; use whole seconds from ${SHORTEST_INTERVAL} (Enterprise) or 15 to ${LONGEST_INTERVAL}`,
    'health.threshold':
      !(Number.isInteger(threshold) && threshold >= 1) && `${threshold} cannot be; use a whole number, 1 or more`,
    coordinates:
      located.length > 0 &&
      (policy !== 'latency'
        ? `is of no use to '${policy}'; remove it, or use the policy 'latency'`
        : missing.length > 0 && `says nothing of ${missing.join(', ')}; give every region's, or none`),
    checkRegions:
      policy === 'latency' &&
      located.length === 0 &&
      !checkRegions.includes(EVERYWHERE) &&
      `must be ${EVERYWHERE} to measure round trips; use that, or give coordinates`,
    pops:
      Object.keys(pops).length > 0 &&
      policy !== 'geolocation' &&
      `is of no use to '${policy}'; remove it, or use the policy 'geolocation'`,
  }
}
