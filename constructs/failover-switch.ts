import type { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js'
import { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'

export interface FailoverSwitchProps {
  readonly name: string
  /** Every region that can be switched off. */
  readonly regions: readonly string[]
}

/**
 * Lets people take a region out of the answers while its own checks still pass: `RoutingControlSwitch`, or
 * `InvertedCheckSwitch` where that costs too much. Throwing it is no apply, and needs no region in particular.
 */
export abstract class FailoverSwitch extends Construct {
  /** Healthy while the region is on, by region. A `Route53Gslb` combines them with its own. */
  abstract readonly checks: Readonly<Record<string, Route53HealthCheck>>

  /** @throws AntipodeError CONSTRUCT_INVALID for fewer than two regions: nobody could be sent anywhere else */
  constructor(scope: Construct, id: string, { regions }: FailoverSwitchProps) {
    super(scope, id)
    if (regions.length < 2) {
      throw invalidProp(this, 'regions', `has ${regions.length}; name two or more, so that one of them stays on`)
    }
  }
}
