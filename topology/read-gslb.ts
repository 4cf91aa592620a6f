import { Duration } from './duration.ts'
import { duration, NAME, NAME_RULE } from './read-quantities.ts'
import {
  type Draft,
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  optionalObject,
  type Place,
  record,
  required,
  text,
  wholeNumber,
} from './reader.ts'
import type { Gslb } from './topology.ts'

export type GslbDraft = Draft<Gslb>

/** Cloudflare names accounts and zones by 32 hex digits. */
const cloudflareId = (value: unknown, at: Place) => {
  const read = text(value, at)
  if (read === undefined || /^[0-9a-f]{32}$/.test(read)) return read
  return at.refuse(`${JSON.stringify(read)} is no id of Cloudflare; copy the 32 hex digits from its dashboard`)
}

const coordinates = record(
  'regions',
  NAME,
  NAME_RULE,
  object({ latitude: required(number(-90, 90), '38.9'), longitude: required(number(-180, 180), '-77.4') }),
)

export const gslb = object({
  provider: optional(oneOf('route53', 'accelerator', 'cloudflare'), 'route53'),
  policy: optional(oneOf('failover', 'latency', 'geolocation', 'weighted')),
  ttl: optional(duration),
  clientTail: optional(duration, new Duration(5_000)),
  health: optionalObject(object({ interval: optional(duration), threshold: optional(wholeNumber(1, 10), 2) })),
  switch: optionalObject(
    object({
      kind: optional(oneOf('none', 'routing-control', 'inverted-check'), 'none'),
      url: optional(nullable(text), null),
    }),
  ),
  cloudflare: optional(
    object({
      account: required(cloudflareId, "'023e105f4ecef8ad9ca31a8372d0c353'"),
      zone: required(cloudflareId, "'699d98642c564d2e855e9661899b7252'"),
      plan: optional(oneOf('pay-as-you-go', 'enterprise'), 'pay-as-you-go'),
      proxied: optional(flag, false),
      checkRegions: optional(list(text), ['ALL_REGIONS']),
      coordinates: optional(coordinates, {}),
    }),
  ),
})

/** Fills in the defaults that depend on the vendor, and on the mode. */
export function completeGslb(
  { cloudflare, ...read }: NonNullable<ReturnType<typeof gslb>>,
  policy: Gslb['policy'] | undefined,
): GslbDraft {
  const byCloudflare = read.provider === 'cloudflare'
  const interval = byCloudflare && cloudflare?.plan !== 'enterprise' ? 15_000 : 10_000
  return {
    ...read,
    policy: read.policy ?? policy,
    ttl: read.ttl ?? new Duration(byCloudflare ? 30_000 : 10_000),
    health: read.health && { ...read.health, interval: read.health.interval ?? new Duration(interval) },
    // Left out where there is none, so that topologies of other vendors stay what they were.
    ...(cloudflare && { cloudflare }),
  }
}
