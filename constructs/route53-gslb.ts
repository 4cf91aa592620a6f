import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import { Construct } from 'constructs'
import type { Gslb, Role } from '../topology/index.ts'
import { READY_PATH, STATUS_PORT } from './data-plane-service.ts'
import { invalidProp } from './invalid-prop.ts'

/** A region that callers may be sent to. */
export interface GslbTarget {
  readonly region: string
  readonly role: Role
  /** DNS name of the region's balancer. */
  readonly address: string
}

export interface Route53GslbProps extends Pick<Gslb, 'policy' | 'ttl' | 'health'> {
  readonly name: string
  readonly zoneId: string
  readonly host: string
  readonly targets: readonly GslbTarget[]
}

/**
 * Route 53 as the global balancer: one record and one health check a region. Records are CNAMEs, since an alias to a
 * balancer would answer with a TTL of 60 s whatever the topology says. Each check asks the region's own gateways
 * whether they are ready, through the same balancer that callers use.
 */
export class Route53Gslb extends Construct {
  readonly healthChecks: Readonly<Record<string, Route53HealthCheck>>
  readonly records: Readonly<Record<string, Route53Record>>

  constructor(scope: Construct, id: string, props: Route53GslbProps) {
    super(scope, id)
    const { name, zoneId, host, policy, ttl, health, targets } = props
    const { interval, threshold } = health
    if (interval.seconds !== 10 && interval.seconds !== 30) {
      throw invalidProp(
        this,
        'health.interval',
        `${interval} is no interval of Route 53; use seconds(10) or seconds(30)`,
      )
    }
    const primaries = targets.filter(({ role }) => role === 'primary')
    if (policy === 'failover' && primaries.length !== 1) {
      throw invalidProp(
        this,
        'targets',
        `has ${primaries.length} primaries; the failover policy answers with exactly one`,
      )
    }
    const checks = targets.map(({ region, address }): [string, Route53HealthCheck] => {
      const check = new Route53HealthCheck(this, `health-${region}`, {
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
      return [region, check]
    })
    this.healthChecks = Object.fromEntries(checks)
    this.records = Object.fromEntries(
      targets.map(({ region, role, address }) => {
        const record = new Route53Record(this, `record-${region}`, {
          zoneId,
          name: host,
          type: 'CNAME',
          ttl: ttl.seconds,
          records: [address],
          setIdentifier: region,
          healthCheckId: this.healthChecks[region]?.id ?? '',
          ...(policy === 'failover'
            ? { failoverRoutingPolicy: { type: role === 'primary' ? 'PRIMARY' : 'SECONDARY' } }
            : { latencyRoutingPolicy: { region } }),
        })
        return [region, record]
      }),
    )
  }
}
