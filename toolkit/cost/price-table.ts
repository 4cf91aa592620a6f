import type { Price } from './price.ts'

/** When AWS's own pages were read, as transcribed by api-evangelist on GitHub, figure by figure. */
const READ = '2026-09-20'

const page = (path: string) => `https://aws.amazon.com/${path}/pricing/`

/**
 * List prices in US dollars, before discounts, free tiers, commitments and tax. Those of AWS are of us-east-1 unless a
 * region is named or AWS has one price for all. Where no page of AWS could be read, a row says `assumed`.
 */
export const CURRENCY = 'USD'

export const PRICES: readonly Price[] = [
  ...inVirginia('2026-04-01', 'https://cloudburn.io/blog/aws-fargate-pricing', [
    ['fargate-vcpu-hour', 0.04048, 'vCPU and hour'],
    ['fargate-gigabyte-hour', 0.004445, 'GB and hour'],
  ]),
  ...inVirginia(READ, page('vpc'), [
    ['nat-gateway-hour', 0.045, 'hour'],
    ['nat-gigabyte', 0.045, 'GB'],
  ]),
  {
    item: 'public-ipv4-hour',
    price: 0.005,
    unit: 'address and hour',
    date: '2026-02-24',
    source: 'https://cloudburn.io/blog/aws-nat-gateway-pricing',
  },
  ...inVirginia(
    '2026-06-13',
    'https://www.factualminds.com/blog/amazon-vpc-pricing-endpoints-peering-transit-gateway/',
    [
      ['interface-endpoint-hour', 0.01, 'zone and hour'],
      ['vpn-connection-hour', 0.05, 'hour'],
    ],
  ),
  ...inVirginia('2025', 'https://clustercost.com/blog/network-load-balancer-pricing-2025', [
    ['nlb-hour', 0.0225, 'hour'],
  ]),
  ...inVirginia(READ, page('elasticloadbalancing'), [['nlb-unit-hour', 0.006, 'NLCU and hour']]),
  ...inVirginia(READ, page('transit-gateway'), [
    ['transit-gateway-attachment-hour', 0.05, 'attachment and hour'],
    ['transit-gateway-gigabyte', 0.02, 'GB'],
  ]),
  ...inVirginia('2026-05', 'https://www.usage.ai/blogs/aws-network-costs/', [
    ['inter-region-gigabyte', 0.02, 'GB'],
    ['internet-gigabyte', 0.09, 'GB'],
  ]),
  ...inVirginia('2026-06', 'https://www.usage.ai/blogs/aws/reserved-instances/rds/pricing-calculator/', [
    ['rds-gp3-gigabyte-month', 0.115, 'GB and month'],
    ['rds-backup-gigabyte-month', 0.095, 'GB and month'],
  ]),
  ...everywhere(READ, page('route53'), [
    ['route53-zone-month', 0.5, 'zone and month'],
    ['route53-queries-standard', 0.4, 'million'],
    ['route53-queries-latency', 0.6, 'million'],
    ['route53-queries-geolocation', 0.7, 'million'],
    ['route53-health-check-month', 0.5, 'check and month'],
    ['route53-health-check-feature-month', 1, 'feature and month'],
  ]),
  ...everywhere(READ, page('global-accelerator'), [
    ['accelerator-hour', 0.025, 'hour'],
    ['accelerator-gigabyte', 0.015, 'GB'],
  ]),
  ...everywhere('2026-03-14', 'https://cloudburn.io/blog/aws-kms-pricing', [['kms-key-month', 1, 'key and month']]),
  // What follows was found in public repositories only, or not at all: the page is where to check it.
  ...assumed(page('rds/postgresql'), [
    ['rds-instance-hour:db.t4g.medium', 0.065, 'hour'],
    ['rds-instance-hour:db.m7g.large', 0.168, 'hour'],
    ['rds-instance-hour:db.r7g.large', 0.239, 'hour'],
  ]),
  ...assumed(page('rds/aurora'), [
    ['aurora-instance-hour:db.r7g.large', 0.276, 'hour'],
    ['aurora-gigabyte-month', 0.1, 'GB and month'],
    ['aurora-replicated-million', 0.2, 'million writes'],
  ]),
  ...assumed(page('backup'), [['backup-gigabyte-month', 0.095, 'GB and month']]),
  ...assumed(page('secrets-manager'), [['secret-month', 0.4, 'secret and month']]),
  ...assumed(page('cloudwatch'), [
    ['logs-gigabyte', 0.5, 'GB'],
    ['alarm-month', 0.1, 'alarm and month'],
  ]),
  ...assumed(page('application-recovery-controller'), [['recovery-cluster-hour', 2.5, 'cluster and hour']]),
  ...assumed('https://www.cloudflare.com/application-services/products/load-balancing/', [
    ['cloudflare-balancer-month', 5, 'month, two endpoints included'],
    ['cloudflare-endpoint-month', 5, 'further endpoint and month'],
    ['cloudflare-queries', 1, 'million'],
  ]),
]

type Row = readonly [item: string, price: number, unit: string]

function everywhere(date: string, source: string, rows: readonly Row[]): Price[] {
  return rows.map(([item, price, unit]) => ({ item, price, unit, date, source }))
}

function inVirginia(date: string, source: string, rows: readonly Row[]): Price[] {
  return everywhere(date, source, rows).map((price) => ({ ...price, region: 'us-east-1' }))
}

function assumed(source: string, rows: readonly Row[]): Price[] {
  return inVirginia('2026-11-21', source, rows).map((price) => ({ ...price, assumed: true }))
}
