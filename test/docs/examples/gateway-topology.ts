import { gateway } from 'antipode/constructs'
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
  const { regions } = new GatewayTopology(app, 'shop', {
    topology,
    zoneId: 'Z0123456789ABCDEFGHIJ',
    // Called for the control planes of each region; where one writes for all, once.
    configuration: (stack) => {
      const upstream = { nodes: [{ host: 'orders.internal', port: 8080, weight: 1 }] }
      const orders = new gateway.Service(stack, 'orders', { name: 'orders', upstream })
      new gateway.Route(stack, 'list', { name: 'list', serviceId: orders.id, uris: ['/orders/*'] })
    },
  })
  regions['eu-west-1']?.dataPlane.node.addMetadata('owner', 'edge team')
}
