import { defineTopology, percent, perSecond, seconds, type Topology } from '../../../topology/index.ts'

/** The topology that the drill's tests are compiled against; fixed, whatever becomes of the examples. */
export const payments: Topology = defineTopology({
  name: 'payments',
  mode: 'active-passive',
  host: 'api.payments.example',
  regions: {
    'us-east-1': {
      role: 'primary',
      network: '10.10.0.0/16',
      dataPlane: { instances: 6, each: perSecond(4_000) },
    },
    'us-west-2': {
      role: 'standby',
      network: '10.20.0.0/16',
      dataPlane: { instances: 2, growsTo: 6, each: perSecond(4_000) },
    },
  },
  gslb: { ttl: seconds(10), clientTail: seconds(5), health: { interval: seconds(10), threshold: 2 } },
  peak: perSecond(6_000),
  objectives: { detect: seconds(40), rto: seconds(60), rpo: { revisions: 0 }, headroom: percent(30) },
})
