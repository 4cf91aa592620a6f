import { FailoverRunbook } from 'antipode/constructs'
import { defineTopology, perSecond, seconds } from 'antipode/topology'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
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
  const byRegion = (name: (region: string) => string) =>
    Object.fromEntries(Object.keys(topology.regions).map((region) => [region, name(region)]))
  new FailoverRunbook(stack, 'runbook', {
    topology,
    databases: byRegion((region) => `shop-${region}-g1`),
    controlPlanes: byRegion((region) => `control-plane.${region}.shop.internal`),
  })
}
