import { Construct } from 'constructs'
import type { Callers, Gslb as GslbDescription, Role } from '../topology/index.ts'
import { invalidProp } from './invalid-prop.ts'

/** A region that callers may be sent to. */
export interface GslbTarget {
  readonly region: string
  readonly role: Role
  /** DNS name of the region's balancer. */
  readonly address: string
  /** ARN of the region's balancer. `AcceleratorGslb` needs it. @default none */
  readonly balancerArn?: string
  /** Which callers it takes, where weight or place decides. @default a weight of 1, and no place of its own */
  readonly callers?: Callers
}

export interface GslbProps {
  readonly name: string
  readonly zoneId: string
  readonly host: string
  readonly policy: GslbDescription['policy']
  readonly targets: readonly GslbTarget[]
}

/**
 * What sends callers to a region and, by itself, to another one when that is lost. Terraform is not part of that: what
 * is synthesised decides alone, in the data plane of AWS.
 */
export abstract class Gslb extends Construct {
  abstract readonly provider: GslbDescription['provider']
  /** The name callers use. */
  readonly host: string

  /** @throws AntipodeError CONSTRUCT_INVALID where there is nothing to choose from, or not one primary to fail over from */
  constructor(scope: Construct, id: string, { host, policy, targets }: GslbProps) {
    super(scope, id)
    this.host = host
    const primaries = targets.filter(({ role }) => role === 'primary')
    if (policy === 'failover' && primaries.length !== 1) {
      throw invalidProp(
        this,
        'targets',
        `has ${primaries.length} primaries; the failover policy answers with exactly one`,
      )
    }
    if (targets.length < 2) {
      throw invalidProp(
        this,
        'targets',
        `has ${targets.length} to answer with; name a second region to move callers to`,
      )
    }
  }
}
