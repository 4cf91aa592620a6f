import type { Value } from '../wire/value.ts'
import type { Block } from './schema.ts'

/**
 * What Cloudflare's provider plans where nothing is written, by type and dotted name: `Default` in
 * `internal/services/<type>/schema.go` of terraform-provider-cloudflare 5.14. The package leaves it out, and without it
 * a value would have to be made up.
 */
export const CLOUDFLARE_DEFAULTS: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  cloudflare_dns_record: {
    proxied: false,
    'settings.flatten_cname': false,
    'settings.ipv4_only': false,
    'settings.ipv6_only': false,
  },
  cloudflare_load_balancer: {
    enabled: true,
    proxied: false,
    'adaptive_routing.failover_across_pools': false,
    'location_strategy.mode': 'pop',
    'location_strategy.prefer_ecs': 'proximity',
    'random_steering.default_weight': 1,
  },
  cloudflare_load_balancer_monitor: {
    allow_insecure: false,
    expected_codes: '200',
    follow_redirects: false,
    interval: 60,
    method: 'GET',
    path: '/',
    retries: 2,
    timeout: 5,
    type: 'http',
  },
  cloudflare_load_balancer_pool: {
    enabled: true,
    minimum_origins: 1,
    'origin_steering.policy': 'random',
    'origins.enabled': true,
    'origins.weight': 1,
  },
}

/** A block with the defaults of its type; one of an argument that nobody has is a mistake of the table. */
export function addDefaults(type: string, block: Block): Block {
  return Object.entries(CLOUDFLARE_DEFAULTS[type] ?? {}).reduce((changed, [name, value]) => {
    return withDefault(type, changed, name.split('.'), value)
  }, block)
}

function withDefault(type: string, block: Block, [name = '', ...rest]: readonly string[], value: Value): Block {
  const nested = block.blocks[name]
  if (rest.length > 0 && nested) {
    const inner = { ...nested, block: withDefault(type, nested.block, rest, value) }
    return { ...block, blocks: { ...block.blocks, [name]: inner } }
  }
  const attribute = block.attributes[name]
  if (!attribute || rest.length > 0) throw new Error(`${type} has no argument ${[name, ...rest].join('.')}`)
  return { ...block, attributes: { ...block.attributes, [name]: { ...attribute, default: value } } }
}
