import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import type { Construct } from 'constructs'
import type { Gslb as GslbDescription } from '../topology/index.ts'
import { READY_PATH, STATUS_PORT } from './data-plane-service.ts'
import type { FailoverSwitch } from './failover-switch.ts'
import { Gslb, type GslbProps, type GslbTarget } from './gslb.ts'
import { placesOf, routingPolicy } from './gslb-records.ts'
import type { PropProblems } from './invalid-prop.ts'
import { type Transform, transform } from './transform.ts'

export interface Route53GslbProps extends GslbProps, Pick<GslbDescription, 'ttl' | 'health'> {
  /** Lets people take a region out of the answers while it is healthy. @default none */
  readonly failoverSwitch?: FailoverSwitch
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<Route53Gslb>
}

/**
 * Route 53 as the global balancer: one record and one health check a region. Records are CNAMEs, since an alias to a
 * balancer would answer with a TTL of 60 s whatever the topology says. Each check asks the region's own gateways
 * whether they are ready, through the same balancer that callers use.
 *
 * With the policy `geolocation` each region has a name of its own below the host, which answers with the next region
 * when that one is lost, and places are aliases to these names: the answer for a place would otherwise stay with a lost
 * region, since Route 53 has no other one for it. (An alias within a zone answers with its target's TTL.)
 */
export class Route53Gslb extends Gslb {
  readonly provider = 'route53'
  /** Whether a region's gateways are ready, by region. */
  readonly healthChecks: Readonly<Record<string, Route53HealthCheck>>
  /** Whether a region is ready and nobody switched it off, by region; empty without a switch. */
  readonly switchedChecks: Readonly<Record<string, Route53HealthCheck>>
  /** By region; with the policy `geolocation`, `<region>` and `<region>-next` of its own name. */
  readonly records: Readonly<Record<string, Route53Record>>
  /** With the policy `geolocation`: by region and place, such as `us-east-1-continent-NA`. */
  readonly placeRecords: Readonly<Record<string, Route53Record>>

  constructor(scope: Construct, id: string, props: Route53GslbProps) {
    super(scope, id, props, refusals(props))
    const { name, health, targets, failoverSwitch } = props
    const { interval, threshold } = health
    this.healthChecks = byRegion(targets, ({ region, address }) => {
      return new Route53HealthCheck(this, `health-${region}`, {
        type: 'HTTP',
        fqdn: address,
        port: STATUS_PORT,
        resourcePath: READY_PATH,
        requestInterval: interval.seconds,
        failureThreshold: threshold,
        tags: { Name: `${name} ${region}`, Region: region },
        // A changed interval makes a new check, and no record may be left with one that is gone.
        lifecycle: { createBeforeDestroy: true },
      })
    })
    this.switchedChecks = failoverSwitch ? this.#switched(props, failoverSwitch) : {}
    const { policy } = props
    if (policy === 'geolocation') {
      this.records = this.#ownNames(props)
      this.placeRecords = this.#places(props)
    } else {
      this.records = byRegion(targets, (target) => {
        return this.#record(
          `record-${target.region}`,
          props,
          props.host,
          target,
          target.region,
          routingPolicy(policy, target),
        )
      })
      this.placeRecords = {}
    }
    transform(this, props.transform)
  }

  #switched({ name, targets }: Route53GslbProps, { checks }: FailoverSwitch): Record<string, Route53HealthCheck> {
    return byRegion(targets, ({ region }) => {
      return new Route53HealthCheck(this, `switched-${region}`, {
        type: 'CALCULATED',
        childHealthchecks: [this.healthChecks[region]?.id ?? '', checks[region]?.id ?? ''],
        childHealthThreshold: 2,
        tags: { Name: `${name} ${region} ready and on`, Region: region },
        lifecycle: { createBeforeDestroy: true },
      })
    })
  }

  #record(
    id: string,
    { zoneId, ttl }: Route53GslbProps,
    name: string,
    { region, address }: GslbTarget,
    setIdentifier: string,
    policy: ReturnType<typeof routingPolicy>,
  ): Route53Record {
    return new Route53Record(this, id, {
      zoneId,
      name,
      type: 'CNAME',
      ttl: ttl.seconds,
      records: [address],
      setIdentifier,
      healthCheckId: (this.switchedChecks[region] ?? this.healthChecks[region])?.id ?? '',
      ...policy,
    })
  }

  /** `us-east-1.api.payments.example`: the region itself, and the next one when it is lost. */
  #ownNames(props: Route53GslbProps): Record<string, Route53Record> {
    const { host, targets } = props
    const pairs = targets.flatMap((target, index) => {
      const next = targets[(index + 1) % targets.length] ?? target
      const name = `${target.region}.${host}`
      const record = (key: string, answer: GslbTarget, type: 'PRIMARY' | 'SECONDARY'): [string, Route53Record] => {
        const policy = { failoverRoutingPolicy: { type } }
        return [key, this.#record(`record-${key}`, props, name, answer, key, policy)]
      }
      return [record(target.region, target, 'PRIMARY'), record(`${target.region}-next`, next, 'SECONDARY')]
    })
    return Object.fromEntries(pairs)
  }

  #places({ zoneId, host, targets }: Route53GslbProps): Record<string, Route53Record> {
    const records = targets.flatMap((target) =>
      placesOf(target, targets).map(({ place, geolocationRoutingPolicy }): [string, Route53Record] => {
        const key = `${target.region}-${place}`
        const record = new Route53Record(this, `place-${key}`, {
          zoneId,
          name: host,
          type: 'CNAME',
          setIdentifier: key,
          alias: { name: `${target.region}.${host}`, zoneId, evaluateTargetHealth: true },
          geolocationRoutingPolicy,
          // An alias can only be made to a name that is there.
          dependsOn: Object.values(this.records),
        })
        return [key, record]
      }),
    )
    return Object.fromEntries(records)
  }
}

function refusals({ health, targets, failoverSwitch }: Route53GslbProps): PropProblems {
  const { interval, threshold } = health
  const unswitched = targets.filter(({ region }) => failoverSwitch && !failoverSwitch.checks[region])
  const regions = unswitched.map(({ region }) => region).join(', ')
  return {
    'health.interval':
      interval.seconds !== 10 &&
      interval.seconds !== 30 &&
      `${interval} is no interval of Route 53; use seconds(10) or seconds(30)`,
    'health.threshold':
      !(Number.isInteger(threshold) && threshold >= 1 && threshold <= 10) &&
      `${threshold} is no threshold of Route 53; use a whole number from 1 to 10`,
    failoverSwitch: unswitched.length > 0 && `has no switch for ${regions}; name every region of the targets`,
  }
}

function byRegion<T>(targets: readonly GslbTarget[], make: (target: GslbTarget) => T): Record<string, T> {
  return Object.fromEntries(targets.map((target) => [target.region, make(target)]))
}
