import { GatewayTopology } from 'antipode/stacks'
import { defineTopology, perSecond, seconds } from 'antipode/topology'
import type { App } from 'cdktf'

export function example(app: App): void {
  const topology = defineTopology({
    name: 'shop',
    mode: 'active-active',
    host: 'api.shop.example',
    regions: {
      'eu-west-1': { role: 'active', network: '10.1.0.0/16', dataPlane: { instances: 3, each: perSecond(2_000) } },
      'eu-central-1': { role: 'active', network: '10.2.0.0/16', dataPlane: { instances: 3, each: perSecond(2_000) } },
    },
    peak: perSecond(5_000),
    objectives: { rto: seconds(60) },
  })
  const { regions } = new GatewayTopology(app, 'shop', { topology, zoneId: 'Z0123456789ABCDEFGHIJ' })
  regions['eu-west-1']?.dataPlane.node.addMetadata('owner', 'edge team')
}
