import { Construct } from 'constructs'
import type { Callers, Gslb as GslbDescription, Role } from '../topology/index.ts'
import { type PropProblems, refuseProps } from './invalid-prop.ts'

/** A region, or a site, that callers may be sent to. */
export interface GslbTarget {
  readonly region: string
  readonly role: Role
  /** DNS name of its balancer. */
  readonly address: string
  /** ARN of the region's balancer. `AcceleratorGslb` needs it. @default none */
  readonly balancerArn?: string
  /** The AWS region it is nearest to, for the policy `latency`. @default region */
  readonly near?: string
  /** Which callers it takes, where weight or place decides. @default a weight of 1, and no place of its own */
  readonly callers?: Callers
}

export interface GslbProps {
  readonly name: string
  /** Of the zone that the host is in: a hosted zone of Route 53, or a zone of Cloudflare. */
  readonly zoneId: string
  readonly host: string
  /** By what a caller's region is chosen. */
  readonly policy: GslbDescription['policy']
  /** The regions to choose from, each once. */
  readonly targets: readonly GslbTarget[]
}

/**
 * What sends callers to a region and, by itself, to another one when that is lost. Terraform is not part of that: what
 * is synthesised decides alone, in the data plane of its vendor.
 *
 * | | failover | latency | weighted | geolocation | moves callers by |
 * |---|---|---|---|---|---|
 * | `Route53Gslb` | ✔ | ✔ | ✔ | ✔ | another DNS answer |
 * | `AcceleratorGslb` | ✔ | ✔ | | | the network of AWS |
 * | `CloudflareGslb` | ✔ | ✔ | ✔ | ✔ | another DNS answer, or its proxy |
 */
export abstract class Gslb extends Construct {
  abstract readonly provider: GslbDescription['provider']
  /** The name callers use. */
  readonly host: string

  /**
   * @param refused what a vendor cannot do with these props
   * @throws AntipodeError CONSTRUCT_INVALID with everything that is wrong: nothing to choose from, not one primary to
   * fail over from, or what the vendor cannot do
   */
  constructor(scope: Construct, id: string, props: GslbProps, refused: PropProblems = {}) {
    super(scope, id)
    this.host = props.host
    refuseProps(this, { targets: targetsProblem(props), ...refused })
  }
}

function targetsProblem({ policy, targets }: GslbProps): string | undefined {
  if (targets.length < 2) return `has ${targets.length} to answer with; name a second region to move callers to`
  const twice = targets.find(({ region }, index) => targets.findIndex((other) => other.region === region) < index)
  if (twice) return `names ${twice.region} twice; name each region once`
  const primaries = targets.filter(({ role }) => role === 'primary').length
  if (policy !== 'failover' || primaries === 1) return undefined
  return `has ${primaries} primaries; the failover policy answers with exactly one`
}
