import { readCloudflareZone } from './cloudflare-zone.ts'

/** One record of the host as it was synthesised: one a region, each with a health check. */
export interface GslbRecord {
  readonly region: string
  /** Seconds. */
  readonly ttl: number
  readonly policy:
    | { readonly kind: 'failover'; readonly type: 'PRIMARY' | 'SECONDARY' }
    | { readonly kind: 'latency' }
    | { readonly kind: 'weighted'; readonly weight: number }
  readonly check: {
    readonly path: string
    /** Seconds. */
    readonly interval: number
    readonly threshold: number
  }
}

export interface GslbZone {
  readonly host: string
  readonly records: readonly GslbRecord[]
  /** More than this share of the checkers has to see an endpoint up. @default that of Route 53 */
  readonly healthyShare?: number
  /** The region that answers when none is healthy. @default all do, as if all were healthy */
  readonly lastResort?: string
}

type Attributes = Readonly<Record<string, unknown>>

/**
 * Reads the records and health checks of `host` out of a synthesised stack (`cdk.tf.json`), so that what answers
 * locally is what would be deployed.
 */
export function readZone(stack: unknown, host: string): GslbZone {
  const resources = (stack as { resource?: Record<string, Record<string, Attributes>> }).resource ?? {}
  const byCloudflare = readCloudflareZone(resources, host)
  if (byCloudflare) return byCloudflare
  if (resources.aws_globalaccelerator_accelerator) {
    throw new Error(`callers of ${host} enter an accelerator, whose network is not here; write gslb.provider 'route53'`)
  }
  const checks = resources.aws_route53_health_check ?? {}
  const records = Object.entries(resources.aws_route53_record ?? {})
    .filter(([, record]) => record.name === host && record.set_identifier !== undefined)
    .map(([name, record]) => readRecord(name, record, checks))
  if (records.length === 0) throw new Error(`the synthesised stack has no records of ${host}`)
  return { host, records }
}

function readRecord(name: string, record: Attributes, checks: Readonly<Record<string, Attributes>>): GslbRecord {
  const check = probedCheck(record.health_check_id, checks)
  if (!check) throw new Error(`aws_route53_record.${name} names no health check of its stack`)
  return {
    region: String(record.set_identifier),
    ttl: Number(record.ttl),
    policy: readPolicy(name, record),
    check: {
      path: String(check.resource_path ?? '/'),
      interval: Number(check.request_interval ?? 30),
      threshold: Number(check.failure_threshold ?? 3),
    },
  }
}

/**
 * The check that asks a gateway. A calculated one joins it with a switch that people throw; here every switch is on, so
 * that its gateway's check decides.
 */
function probedCheck(reference: unknown, checks: Readonly<Record<string, Attributes>>): Attributes | undefined {
  const logical = /^\$\{aws_route53_health_check\.([^.]+)\.id\}$/.exec(String(reference))?.[1]
  const check = logical === undefined ? undefined : checks[logical]
  if (check?.type !== 'CALCULATED') return check
  const children = (check.child_healthchecks as unknown[]).map((child) => probedCheck(child, checks))
  return children.find((child) => child?.type === 'HTTP' && child.invert_healthcheck !== true)
}

function readPolicy(name: string, record: Attributes): GslbRecord['policy'] {
  const failover = block(record.failover_routing_policy)
  if (failover) return { kind: 'failover', type: failover.type === 'PRIMARY' ? 'PRIMARY' : 'SECONDARY' }
  const weighted = block(record.weighted_routing_policy)
  if (weighted) return { kind: 'weighted', weight: Number(weighted.weight) }
  if (block(record.latency_routing_policy)) return { kind: 'latency' }
  throw new Error(`aws_route53_record.${name} has a routing policy that the local GSLB does not know`)
}

/** A nested block is an object, or a list of one. */
function block(value: unknown): Attributes | undefined {
  return (Array.isArray(value) ? value[0] : value) as Attributes | undefined
}
