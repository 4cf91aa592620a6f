import { defineTopology, percent, perSecond, seconds } from '../../topology/index.ts'

/** One region serves and writes, the other is warm and follows by replication. */
export const topology = defineTopology({
  name: 'payments',
  mode: 'active-passive',
  host: 'api.payments.example',
  regions: {
    'us-east-1': {
      role: 'primary',
      network: '10.10.0.0/16',
      dataPlane: { instances: 6, each: perSecond(4_000) },
      controlPlane: { instances: 2 },
    },
    'us-west-2': {
      role: 'standby',
      network: '10.20.0.0/16',
      dataPlane: { instances: 2, growsTo: 6, each: perSecond(4_000) },
      controlPlane: { instances: 2 },
    },
  },
  links: { kind: 'peering' },
  database: { version: 17, replication: 'physical', commit: 'confirmed', lease: seconds(3) },
  gslb: {
    provider: 'route53',
    policy: 'failover',
    ttl: seconds(10),
    clientTail: seconds(5),
    health: { interval: seconds(10), threshold: 2 },
  },
  gatewayGroups: { default: {}, partners: { labels: { env: 'prod' } } },
  peak: perSecond(6_000),
  objectives: {
    detect: seconds(40),
    rto: seconds(60),
    rpo: { revisions: 0 },
    headroom: percent(30),
    availability: percent(99.9),
  },
})
