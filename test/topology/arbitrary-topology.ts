import fc from 'fast-check'
import {
  type AutomaticFailoverDescription,
  type ClusterDescription,
  type DatabaseDescription,
  type GslbDescription,
  instanceClasses,
  type RegionDescription,
  type SiteDescription,
  type TopologyDescription,
} from '../../topology/index.ts'
import { cloudflareMissing } from '../constructs/cloudflare-installed.ts'

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1', 'ap-northeast-1', 'sa-east-1']
const NEAR = ['eu-north-1', 'ca-central-1', 'me-south-1']
const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']
const ACCOUNT = '123456789012'
const PROVIDERS = cloudflareMissing
  ? (['route53', 'accelerator'] as const)
  : (['route53', 'accelerator', 'cloudflare'] as const)

/** What the rest of a description depends on. */
interface Shape {
  readonly mode: TopologyDescription['mode']
  /** Regions with control planes, then edges. */
  readonly regions: readonly string[]
  readonly controlled: number
  readonly sites: readonly ('vpn' | 'data-plane' | 'both')[]
  readonly provider: NonNullable<GslbDescription['provider']>
}

/** Valid descriptions over every option of a topology, as a person or a file would write them. */
export const arbitraryTopology: fc.Arbitrary<TopologyDescription> = shapes().chain((shape) => describe(shape))

function shapes(): fc.Arbitrary<Shape> {
  return fc
    .record({
      mode: fc.constantFrom('active-passive', 'active-active'),
      regions: fc.shuffledSubarray(REGIONS, { minLength: 2, maxLength: 5 }),
      controlled: fc.integer({ min: 1, max: 5 }),
      sites: fc.array(fc.constantFrom('vpn', 'data-plane', 'both'), { maxLength: 2 }),
      provider: fc.constantFrom(...PROVIDERS),
    })
    .map(({ mode, regions, controlled, sites, provider }) => ({
      mode,
      regions,
      controlled: mode === 'active-passive' ? 2 : Math.min(controlled, regions.length),
      // An accelerator leads nowhere but to AWS.
      sites: provider === 'accelerator' ? sites.map(() => 'vpn' as const) : sites,
      provider,
    })) as fc.Arbitrary<Shape>
}

function describe(shape: Shape): fc.Arbitrary<TopologyDescription> {
  const passive = shape.mode === 'active-passive'
  const edges = shape.regions.length > shape.controlled
  const serving = shape.regions.length + shape.sites.filter((kind) => kind !== 'vpn').length
  const pair = passive && serving === 2
  return fc
    .record({
      capacities: fc.array(capacity(), { minLength: serving, maxLength: serving }),
      options: fc.array(regionOptions(), { minLength: shape.regions.length, maxLength: shape.regions.length }),
      indexes: fc.shuffledSubarray([1, 2, 3, 5, 8, 13, 63], { minLength: 5, maxLength: 5 }),
      clusters: fc.dictionary(fc.constantFrom('partners', 'batch'), cluster(), { maxKeys: 2 }),
      links: fc.constantFrom('peering' as const, 'transit-gateway' as const),
      gslb: gslb(shape, pair),
      database: database(passive),
      automatic: fc.option(automatic(), { nil: undefined }),
      rebuilt: fc.boolean(),
      adminFrom: fc.subarray(['192.0.2.0/24', '198.51.100.0/25', '10.200.0.0/16']),
      headroom: fc.integer({ min: 0, max: 50 }),
    })
    .map(
      ({ capacities, options, indexes, clusters, links, gslb, database, automatic, rebuilt, adminFrom, headroom }) => {
        const physical = database.replication !== 'logical'
        const regions = shape.regions.map((name, position): [string, RegionDescription] => [
          name,
          {
            ...roleOf(shape, position),
            ...options[position],
            ...(options[position]?.key && { key: keyIn(name) }),
            index: indexes[position] ?? position + 20,
            network: `10.${position + 1}.0.0/16`,
            dataPlane: capacities[position] ?? { instances: 1, each: '1/s' },
            ...(Object.keys(clusters).length > 0 && { clusters }),
            callers: callersOf(gslb.policy, position),
            ...(passive && physical && rebuilt && rebuiltDatabase(shape, position)),
          },
        ])
        const sites = shape.sites.map((kind, position): [string, SiteDescription] => {
          const place = shape.regions.length + shape.sites.slice(0, position).filter((it) => it !== 'vpn').length
          return [`site-${position}`, siteOf(kind, position, shape, capacities[place], callersOf(gslb.policy, place))]
        })
        const linked = passive || edges
        return {
          name: 'arbitrary',
          mode: shape.mode,
          host: 'api.arbitrary.example',
          regions: Object.fromEntries(regions),
          ...(linked && { links: { kind: links } }),
          ...(sites.length > 0 && { sites: Object.fromEntries(sites) }),
          ...(adminFrom.length > 0 && { adminFrom }),
          database,
          ...(automatic && passive && physical && database.commit !== 'local' && { failover: { automatic } }),
          gslb,
          gatewayGroups: { default: {}, partners: { labels: { env: 'prod' } } },
          peak: `${mostPeak(capacities, pair, headroom)}/s`,
          objectives: {
            rto: '10m',
            headroom: `${headroom}%`,
            ...(database.commit === 'local' && { rpo: { revisions: 1_000 } }),
          },
        }
      },
    )
}

function roleOf(
  { mode, controlled, regions }: Shape,
  position: number,
): Pick<RegionDescription, 'role' | 'controlPlane'> {
  if (position >= controlled) {
    // Where histories are independent, an edge says whose it follows.
    const from = regions[position % controlled] ?? ''
    return { role: 'edge', ...(mode === 'active-active' && controlled > 1 && { controlPlane: { from: [from] } }) }
  }
  return { role: mode === 'active-active' ? 'active' : position === 0 ? 'primary' : 'standby' }
}

function siteOf(
  kind: Shape['sites'][number],
  position: number,
  { regions, controlled, mode }: Shape,
  capacity: { readonly instances: number; readonly each: string } | undefined,
  callers: NonNullable<SiteDescription['callers']>,
): SiteDescription {
  const vpn = { network: `192.168.${position}.0/24`, gateway: `203.0.113.${position + 1}` }
  if (kind === 'vpn' || !capacity) return { ...vpn, asn: 65_010 + position }
  const [first = ''] = regions
  return {
    ...(kind === 'both' && vpn),
    dataPlane: { ...capacity, address: `198.51.100.${position + 1}`, near: NEAR[position] ?? null },
    ...(mode === 'active-active' && controlled > 1 && { controlPlane: { from: [first] } }),
    callers,
  }
}

/** The first place takes everyone whom no other names. */
function callersOf(policy: GslbDescription['policy'], place: number): NonNullable<SiteDescription['callers']> {
  if (policy === 'weighted') return { weight: place + 1 }
  const continent = CONTINENTS[place - 1]
  return policy === 'geolocation' && continent ? { continents: [continent] } : {}
}

/** After a failover and a return: the first database was built again from the second, which once came from it. */
function rebuiltDatabase({ regions }: Shape, position: number): Pick<RegionDescription, 'database'> {
  const [first = '', second = ''] = regions
  if (position === 0) return { database: { generation: 2, from: { region: second } } }
  return position === 1 ? { database: { from: { region: first, generation: 1 } } } : {}
}

function keyIn(region: string): string {
  return `arn:aws:kms:${region}:${ACCOUNT}:key/0f9e8d7c-0123-4567-89ab-0123456789ab`
}

function capacity() {
  const whole = (least: number, most: number) => fc.integer({ min: least, max: most })
  return fc
    .record({ instances: whole(1, 6), each: whole(1, 40).map((hundreds) => `${hundreds * 100}/s`) })
    .map((it) => it)
}

function cluster(): fc.Arbitrary<ClusterDescription> {
  return fc
    .record({
      group: fc.constantFrom('default', 'partners'),
      instances: fc.integer({ min: 1, max: 3 }),
      more: fc.nat(3),
    })
    .map(({ group, instances, more }) => ({ group, instances, growsTo: instances + more, each: '500/s' }))
}

function regionOptions() {
  return fc.record(
    { zones: fc.constantFrom(['a', 'b'], ['a', 'b', 'c'], ['b', 'c', 'd', 'f']), key: fc.constant('own') },
    { requiredKeys: [] },
  )
}

/** Longer than the longest lease. */
function automatic(): fc.Arbitrary<AutomaticFailoverDescription> {
  const witness = fc.constantFrom(
    { url: 's3://witnesses/arbitrary.json', region: 'af-south-1' },
    { url: 's3://witnesses/arbitrary.json', endpoint: 'https://objects.example' },
    { url: 'https://witness.example/arbitrary' },
  )
  const after = fc.integer({ min: 67, max: 3_600 }).map((count) => `${count}s`)
  return fc.oneof(fc.record({ after }), fc.record({ after, witness, solo: fc.boolean() }))
}

function database(passive: boolean): fc.Arbitrary<DatabaseDescription> {
  const common = {
    backupCopies: fc.constantFrom('daily' as const, 'none' as const),
    lease: fc.integer({ min: 1, max: 60 }).map((count) => `${count}s`),
    maxLag: fc.integer({ min: 1, max: 3_600 }).map((count) => `${count}s`),
  }
  const instance = fc.record(
    {
      ...common,
      kind: fc.constant('instance' as const),
      version: fc.constantFrom(17 as const, 18 as const),
      instanceClass: fc.constantFrom(...instanceClasses('instance')),
      ...(passive && {
        replication: fc.constantFrom('physical' as const, 'logical' as const),
        commit: fc.constantFrom('confirmed' as const, 'local' as const),
      }),
    },
    { requiredKeys: [] },
  )
  if (!passive) return instance
  const aurora = fc.record({
    ...common,
    kind: fc.constant('aurora-global' as const),
    instanceClass: fc.constantFrom(...instanceClasses('aurora-global')),
  })
  return fc.oneof(instance, aurora)
}

function gslb({ provider }: Shape, pair: boolean): fc.Arbitrary<GslbDescription> {
  const policies = provider === 'accelerator' ? ['latency' as const] : (['latency', 'geolocation', 'weighted'] as const)
  const intervals = { route53: ['10s', '30s'], accelerator: ['5s', '20s'], cloudflare: ['15s', '60s'] }[provider]
  const off = { kind: 'none' as const }
  const file = { kind: 'inverted-check' as const, url: 'https://off.example/arbitrary' }
  return fc.record({
    provider: fc.constant(provider),
    policy: pair ? fc.constant('failover' as const) : fc.constantFrom(...policies),
    ttl: fc.integer({ min: 30, max: 120 }).map((count) => `${count}s`),
    health: fc.record({ interval: fc.constantFrom(...intervals), threshold: fc.integer({ min: 2, max: 5 }) }),
    switch:
      provider === 'route53' ? fc.constantFrom(off, file, { kind: 'routing-control' as const }) : fc.constant(off),
    ...(provider === 'cloudflare' && {
      cloudflare: fc.constant({
        account: '023e105f4ecef8ad9ca31a8372d0c353',
        zone: '699d98642c564d2e855e9661899b7252',
      }),
    }),
  })
}

/** The most that the survivors of any loss carry, with headroom; of a pair only the standby is ever a survivor. */
function mostPeak(capacities: readonly { instances: number; each: string }[], pair: boolean, headroom: number): number {
  const warm = capacities.map(({ instances, each }) => instances * Number.parseInt(each, 10))
  const all = warm.reduce((sum, part) => sum + part, 0)
  const left = pair ? (warm[1] ?? 0) : Math.min(...warm.map((part) => all - part))
  return Math.max(1, Math.floor(left / (1 + headroom / 100)) - 1)
}
