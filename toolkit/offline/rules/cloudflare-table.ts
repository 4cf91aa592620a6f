import type { ArgumentRules } from './argument-table.ts'
import type { Replacement } from './replacement-table.ts'

/**
 * What the package leaves out of Cloudflare's schema: `RequiresReplace` and validators in
 * `internal/services/<type>/schema.go` of terraform-provider-cloudflare 5.14, of the types that stacks use. (The
 * provider takes words in any case; stacks write them as they stand here.)
 */
const by = (...names: string[]): Replacement => ({ arguments: names })

export const CLOUDFLARE_REPLACEMENTS: Readonly<Record<string, readonly Replacement[]>> = {
  cloudflare_dns_record: [by('zone_id')],
  cloudflare_load_balancer: [by('zone_id')],
  cloudflare_load_balancer_monitor: [by('account_id')],
  cloudflare_load_balancer_pool: [by('account_id')],
}

const CHECK_REGIONS = ['WNAM', 'ENAM', 'WEU', 'EEU', 'NSAM', 'SSAM', 'OC', 'ME', 'NAF', 'SAF', 'SAS', 'SEAS', 'NEAS']
const RECORD_TYPES =
  'A AAAA CAA CERT CNAME DNSKEY DS HTTPS LOC MX NAPTR NS OPENPGPKEY PTR SMIMEA SRV SSHFP SVCB TLSA TXT URI'

export const CLOUDFLARE_ARGUMENTS: Readonly<Record<string, ArgumentRules>> = {
  cloudflare_dns_record: {
    oneOf: { type: RECORD_TYPES.split(' ') },
    between: { ttl: [1, 86_400], priority: [0, 65_535] },
  },
  cloudflare_load_balancer: {
    oneOf: {
      session_affinity: ['none', 'cookie', 'ip_cookie', 'header'],
      steering_policy: [
        'off',
        'geo',
        'random',
        'dynamic_latency',
        'proximity',
        'least_outstanding_requests',
        'least_connections',
        '',
      ],
      'location_strategy.mode': ['pop', 'resolver_ip'],
      'location_strategy.prefer_ecs': ['always', 'never', 'proximity', 'geo'],
    },
    between: { 'random_steering.default_weight': [0, 1] },
  },
  cloudflare_load_balancer_monitor: {
    oneOf: { type: ['http', 'https', 'tcp', 'udp_icmp', 'icmp_ping', 'smtp'] },
    // From 10 with Enterprise, from 15 with other plans: developers.cloudflare.com/load-balancing/reference/limitations.
    between: { interval: [10, 3_600] },
  },
  cloudflare_load_balancer_pool: {
    oneOf: {
      check_regions: [...CHECK_REGIONS, 'ALL_REGIONS'],
      'origin_steering.policy': ['random', 'hash', 'least_outstanding_requests', 'least_connections'],
    },
    between: { 'origins.weight': [0, 1] },
    needs: [
      ['latitude', 'longitude'],
      ['longitude', 'latitude'],
    ],
  },
}
