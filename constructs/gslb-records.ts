import type { Route53RecordConfig } from '@cdktf/provider-aws/lib/route53-record/index.js'
import type { Callers } from '../topology/index.ts'
import type { GslbTarget } from './gslb.ts'

type Policy = Pick<
  Route53RecordConfig,
  'failoverRoutingPolicy' | 'latencyRoutingPolicy' | 'weightedRoutingPolicy' | 'geolocationRoutingPolicy'
>

/** How Route 53 chooses a target's record among those of one name. */
export function routingPolicy(
  policy: 'failover' | 'latency' | 'weighted',
  { region, role, callers, near = region }: GslbTarget,
): Policy {
  if (policy === 'failover') return { failoverRoutingPolicy: { type: role === 'primary' ? 'PRIMARY' : 'SECONDARY' } }
  if (policy === 'weighted') return { weightedRoutingPolicy: { weight: callers?.weight ?? 1 } }
  return { latencyRoutingPolicy: { region: near } }
}

/** A part of the world and its record's policy. */
export interface PlacePolicy {
  /** `continent-EU`, `country-DE`, or `others`. */
  readonly place: string
  readonly geolocationRoutingPolicy: { readonly continent?: string; readonly country?: string }
}

/**
 * The places whose callers a target takes. Somebody must take everyone else: without a record for `*`, whoever is in
 * no named place is answered with nothing at all.
 */
export function placesOf(target: GslbTarget, targets: readonly GslbTarget[]): PlacePolicy[] {
  const { continents = [], countries = [] } = target.callers ?? {}
  const others = targets.find(({ callers }) => !namesPlaces(callers)) ?? targets[0]
  return [
    ...continents.map((continent) => ({ place: `continent-${continent}`, geolocationRoutingPolicy: { continent } })),
    ...countries.map((country) => ({ place: `country-${country}`, geolocationRoutingPolicy: { country } })),
    ...(target === others ? [{ place: 'others', geolocationRoutingPolicy: { country: '*' } }] : []),
  ]
}

function namesPlaces(callers: Callers | undefined): boolean {
  return callers !== undefined && callers.continents.length + callers.countries.length > 0
}
