import { defineTopology, percent, perSecond, seconds } from '../../../../topology/index.ts'

export const topology = defineTopology({
  name: 'payments',
  mode: 'active-passive',
  host: 'api.payments.example',
  regions: {
    'us-east-1': { role: 'primary', network: '10.10.0.0/16', dataPlane: { instances: 2, each: perSecond(4_000) } },
    'us-west-2': { role: 'standby', network: '10.20.0.0/16', dataPlane: { instances: 2, each: perSecond(4_000) } },
  },
  gslb: { ttl: seconds(1), clientTail: seconds(2), health: { interval: seconds(10), threshold: 1 } },
  peak: perSecond(6_000),
  objectives: { detect: seconds(40), rto: seconds(60), rpo: { revisions: 0 }, headroom: percent(30) },
})
