import { defineTopology, percent, perSecond, seconds, type Topology } from '../../../topology/index.ts'

/** The active-active topology that the drill's tests are compiled against; fixed, whatever becomes of the examples. */
export const storefront: Topology = defineTopology({
  name: 'storefront',
  mode: 'active-active',
  host: 'api.storefront.example',
  regions: {
    'us-east-1': { role: 'active', network: '10.30.0.0/16', dataPlane: { instances: 4, each: perSecond(4_000) } },
    'eu-west-1': { role: 'active', network: '10.40.0.0/16', dataPlane: { instances: 4, each: perSecond(4_000) } },
  },
  database: { commit: 'local' },
  gslb: {
    policy: 'latency',
    ttl: seconds(10),
    clientTail: seconds(5),
    health: { interval: seconds(10), threshold: 2 },
  },
  peak: perSecond(12_000),
  objectives: { detect: seconds(40), rto: seconds(60), headroom: percent(30) },
})
