import { defineTopology, percent, perSecond, seconds } from '../../topology/index.ts'

/** Both regions serve, each from its own control plane and database; callers reach the nearer one. */
export const topology = defineTopology({
  name: 'storefront',
  mode: 'active-active',
  host: 'api.storefront.example',
  regions: {
    'us-east-1': {
      role: 'active',
      network: '10.30.0.0/16',
      dataPlane: { instances: 4, growsTo: 8, each: perSecond(4_000) },
      controlPlane: { instances: 2 },
    },
    'eu-west-1': {
      role: 'active',
      network: '10.40.0.0/16',
      dataPlane: { instances: 4, growsTo: 8, each: perSecond(4_000) },
      controlPlane: { instances: 2 },
    },
  },
  database: { version: 17, commit: 'local' },
  gslb: {
    provider: 'route53',
    policy: 'latency',
    ttl: seconds(10),
    clientTail: seconds(5),
    health: { interval: seconds(10), threshold: 2 },
  },
  peak: perSecond(12_000),
  objectives: { detect: seconds(40), rto: seconds(60), headroom: percent(30), availability: percent(99.95) },
})
